//! Exact coverage fractions, order-free sums and the balance
