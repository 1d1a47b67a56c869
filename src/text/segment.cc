#include "text/segment.h"

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/utext.h>

#include <cctype>
#include <memory>

namespace cineloom {
namespace {

struct TextDeleter {
  void operator()(UText* text) const { utext_close(text); }
};

/// Calls visit(begin, end, rule status) for each piece between two boundaries.
template <class Visit>
void for_each_piece(icu::BreakIterator* iterator, std::string_view text, Visit visit) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UText, TextDeleter> handle(utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status));
  if (iterator == nullptr || U_FAILURE(status)) return;
  iterator->setText(handle.get(), status);
  std::int32_t begin = iterator->first();
  for (std::int32_t end = iterator->next(); end != icu::BreakIterator::DONE; end = iterator->next()) {
    visit(static_cast<std::size_t>(begin), static_cast<std::size_t>(end), iterator->getRuleStatus());
    begin = end;
  }
}

bool is_blank(char letter) { return std::isspace(static_cast<unsigned char>(letter)) != 0; }

}  // namespace

std::vector<Span> segment_words(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> iterator(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
  std::vector<Span> words;
  for_each_piece(iterator.get(), text, [&](std::size_t begin, std::size_t end, std::int32_t rule) {
    if (rule >= UBRK_WORD_NUMBER) words.push_back({.begin = begin, .end = end});
  });
  return words;
}

std::vector<Span> segment_sentences(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> iterator(icu::BreakIterator::createSentenceInstance(icu::Locale::getRoot(), status));
  std::vector<Span> sentences;
  for_each_piece(iterator.get(), text, [&](std::size_t begin, std::size_t end, std::int32_t) {
    while (begin < end && is_blank(text[begin])) ++begin;
    while (end > begin && is_blank(text[end - 1])) --end;
    if (begin < end) sentences.push_back({.begin = begin, .end = end});
  });
  return sentences;
}

}  // namespace cineloom
