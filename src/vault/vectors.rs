//! Published test vectors, read from `tests/vectors`.
