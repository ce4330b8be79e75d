//! Certification schemes, competence frameworks, level policy.
