#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "accounts/accounts.h"
#include "base/utf8.h"

namespace cineloom::accounts {
namespace {

constexpr std::size_t kFewestLetters = 10;
constexpr std::size_t kMostBytes = 1024;
constexpr std::size_t kFewestDifferent = 5;

// What guessers try first: words that passwords are made of, and rows of keys.
constexpr std::array<std::string_view, 18> kCommonWords = {"password", "passwort", "passw",         "letmein",  "welcome",  "iloveyou",
                                                           "cineloom", "admin",    "administrator", "monkey",   "dragon",   "football",
                                                           "secret",   "changeme", "princess",      "sunshine", "baseball", "woaini"};
constexpr std::array<std::string_view, 4> kRows = {"qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890"};

std::string lower(std::string_view text) {
  std::string folded(text);
  for (char& letter : folded) letter = static_cast<char>(letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter);
  return folded;
}

/// The letters alone: "P4ssword-2024!" is "pssword", which still begins or ends like its word.
std::string letters_of(std::string_view text) {
  std::string letters;
  for (const char letter : lower(text)) {
    if (letter < 0 || (letter >= 'a' && letter <= 'z')) letters += letter;
  }
  return letters;
}

/// More than half of it is steps of one, or none, in the alphabet, or lies side by side on a keyboard.
bool is_run(std::string_view text) {
  const std::string folded = lower(text);
  std::size_t steps = 0;
  for (std::size_t i = 1; i < folded.size(); ++i) {
    const bool is_step = std::abs(folded[i] - folded[i - 1]) <= 1;
    const std::string pair = folded.substr(i - 1, 2);
    const bool is_key_beside = std::ranges::any_of(kRows, [&](std::string_view row) { return row.contains(pair); });
    steps += is_step || is_key_beside ? 1U : 0U;
  }
  return steps * 10 >= folded.size() * 6;
}

std::unexpected<Error> weak(std::string_view why) {
  return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("this password will not do: {}", why))
                             .advise(fmt::format("take {} letters or more; a few words that nobody would say together are good", kFewestLetters)));
}

}  // namespace

Expected<void> check_password(const Secret& password, std::string_view name) {
  const std::string_view text = password.reveal();
  if (text.size() > kMostBytes) return weak("it is too long");
  if (count_characters(text) < kFewestLetters) return weak("it is too short");
  if (std::set<char>(text.begin(), text.end()).size() < kFewestDifferent) return weak("it is made of too few different letters");
  if (name.size() >= 3 && lower(text).contains(lower(name))) return weak("it holds the account's name");
  if (is_run(text)) return weak("it is a row of letters");
  if (std::ranges::find(kCommonWords, letters_of(text)) != kCommonWords.end()) return weak("it is one that guessers try first");
  return {};
}

}  // namespace cineloom::accounts
