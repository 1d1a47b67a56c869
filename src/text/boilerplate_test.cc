#include "text/boilerplate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "text/clean.h"

namespace cineloom {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kPage = R"(<!DOCTYPE html><html><head><title>Reviews - FilmPlace</title><script>var x = "<p>not a review</p>";</script>
<style>p{color:red}</style></head><body><nav><ul><li><a href="/">Home</a></li><li><a href="/new">New films</a></li></ul></nav>
<div class="cookies">We use cookies to make your visit better. <button>Accept</button></div>
<article><h2>A quiet wonder</h2><p>The lamp house scene is lovely &amp; the music stays with you.
I cried at the end<br>and was not ashamed.</p><p>My son ate every cookie in the house and looked away for not one minute of it, which says
more than stars can: the film holds a child of six for as long as it lasts, and his father as well.</p></article>
<p><a href="/t">Tweet</a> <a href="/f">Share on Facebook</a></p><div>Share this review</div>
<footer>Copyright FilmPlace. All rights reserved.</footer></body></html>)";

TEST(Boilerplate, LeavesTheReviewAndNothingAroundIt) {
  const std::string text = main_text_mapped(kPage).text;
  EXPECT_THAT(text, HasSubstr("A quiet wonder"));
  EXPECT_THAT(text, HasSubstr("lovely & the music"));
  EXPECT_THAT(text, HasSubstr("every cookie in the house"));
  for (const char* around :
       {"Home", "New films", "We use cookies", "Accept", "Tweet", "Facebook", "Share this", "rights reserved", "not a review", "color", "FilmPlace"}) {
    EXPECT_THAT(text, Not(HasSubstr(around))) << around;
  }
}

TEST(Boilerplate, LeavesChineseReviews) {
  const std::string text = main_text_mapped(
                               "<div><a href=/>首页</a> <a href=/m>电影</a></div><div>画面太美了，结局很感动，看完想再看一遍。</div>"
                               "<div>分享到 微博 微信</div><div>© 2026 版权所有</div>")
                               .text;
  EXPECT_EQ(text, "画面太美了，结局很感动，看完想再看一遍。");
}

TEST(Boilerplate, PointsBackIntoThePage) {
  const MappedText main = main_text_mapped(kPage);
  for (const std::string_view words : {"A quiet wonder", "the music stays", "I cried at the end"}) {
    const auto at = main.text.find(words);
    ASSERT_NE(at, std::string::npos);
    const Span span = main.source.source({.begin = at, .end = at + words.size()});
    EXPECT_EQ(kPage.substr(span.begin, span.end - span.begin), words);
  }
}

TEST(Boilerplate, KnowsPagesFromTextsWithTags) {
  EXPECT_TRUE(is_html_page(kPage));
  EXPECT_TRUE(is_html_page("<div>Good.</div>"));
  EXPECT_FALSE(is_html_page("Great.<br /><br />I <b>loved</b> it, 3 < 4."));
  EXPECT_FALSE(is_html_page(""));
}

TEST(Boilerplate, APageOfNothingElseStaysText) {
  EXPECT_EQ(main_text_mapped("<div><a href=x>Home</a></div>").text, "Home");
  EXPECT_EQ(main_text_mapped("<nav>never closed<div>A fine film.</div>").text, "never closed\nA fine film.");
  EXPECT_EQ(main_text_mapped("").text, "");
}

TEST(Boilerplate, StaysInsideAnyPageAndIsLinear) {
  Random random(11);
  constexpr std::string_view kPieces[] = {"<nav>",     "</nav>", "<p>", "a film ", "<a>",  "</a>", "<!--", "-->",  "<script>",
                                          "</script>", "<",      ">",   "&amp;",   "\xFF", "。",   "</",   "<form"};
  for (int run = 0; run < 500; ++run) {
    std::string page;
    for (std::uint64_t i = random.below(60); i > 0; --i) page += kPieces[random.below(std::size(kPieces))];
    const MappedText main = main_text_mapped(page);
    EXPECT_LE(main.source.source({.begin = 0, .end = main.text.size()}).end, page.size());
  }
  for (const std::string_view piece : {"<!--", "<nav>", "<script>", "</nav><form>", "<a", "<", "</p>"}) {
    std::string bomb;
    while (bomb.size() < 2'000'000) bomb += piece;
    EXPECT_LE(main_text_mapped(bomb + "</form></script></nav>-->>").text.size(), bomb.size() + 32);
  }
}

}  // namespace
}  // namespace cineloom
