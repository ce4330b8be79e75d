//! Items, the bank, forms, and the scoring of one answer.
