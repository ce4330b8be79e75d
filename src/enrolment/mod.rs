//! Who may sit what, with which accommodations; import of lists.
