#pragma once

namespace cineloom::privacy {

/// An attacker's guesses whether canaries were part of one training, each of which was with probability one half.
struct AuditGuesses {
  int canaries = 0;  ///< m
  int guesses = 0;   ///< r: those the attacker did not abstain from
  int right = 0;     ///< v
};

/// The probability, at most, that somebody guesses so well against a training that keeps (epsilon, delta): p of Theorem 5.2 of Steinke,
/// Nasr and Jagielski 2023 ("Privacy auditing with one training run").
double audit_significance(const AuditGuesses& guesses, double epsilon, double delta);
/// The largest epsilon that the guesses refute at this significance, e.g. 0.05; 0 where they refute none.
double audited_epsilon(const AuditGuesses& guesses, double delta, double significance);

}  // namespace cineloom::privacy
