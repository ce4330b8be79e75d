//! Routes, who is asking, bodies, problems, sockets, the UI's files.
