#include "base/svg_canvas.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "base/markup.h"
#include "base/utf8.h"

namespace cineloom {
namespace {

constexpr std::array<std::string_view, 8> kSeries = {"s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7"};

std::string_view name_of(Anchor anchor) {
  switch (anchor) {
    case Anchor::Middle: return "middle";
    case Anchor::End: return "end";
    case Anchor::Start: break;
  }
  return "start";
}

}  // namespace

void SvgCanvas::line(std::pair<double, double> from, std::pair<double, double> to, std::string_view look) {
  body_ += fmt::format(R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" class="{}"/>)"
                       "\n",
                       from.first, from.second, to.first, to.second, look);
}

void SvgCanvas::path(std::span<const std::pair<double, double>> points, std::string_view look) {
  std::string steps;
  for (const auto& [x, y] : points) steps += fmt::format("{}{:.1f} {:.1f}", steps.empty() ? "M" : "L", x, y);
  body_ += fmt::format(R"(<path d="{}" class="{} open"/>)"
                       "\n",
                       steps, look);
}

void SvgCanvas::box(std::pair<double, double> corner, std::pair<double, double> size, std::string_view look, double opacity) {
  body_ += fmt::format(R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" class="{}" opacity="{:.3g}"/>)"
                       "\n",
                       corner.first, corner.second, size.first, size.second, look, opacity);
}

void SvgCanvas::dot(std::pair<double, double> center, double radius, std::string_view look, double opacity) {
  body_ += fmt::format(R"(<circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}" class="{}" opacity="{:.3g}"/>)"
                       "\n",
                       center.first, center.second, radius, look, opacity);
}

void SvgCanvas::colored_box(std::pair<double, double> corner, std::pair<double, double> size, std::string_view color) {
  body_ += fmt::format(R"(<rect x="{:.2f}" y="{:.1f}" width="{:.2f}" height="{:.1f}" fill="{}"/>)"
                       "\n",
                       corner.first, corner.second, size.first, size.second, escape_markup(color));
}

void SvgCanvas::weighted_line(std::pair<double, double> from, std::pair<double, double> to, std::string_view look, double width, double opacity) {
  body_ += fmt::format(R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" class="{}" stroke-width="{:.1f}" opacity="{:.3g}"/>)"
                       "\n",
                       from.first, from.second, to.first, to.second, look, width, opacity);
}

void SvgCanvas::picture(std::pair<double, double> corner, std::pair<double, double> size, std::string_view address) {
  body_ += fmt::format(R"(<image x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" href="{}"/>)"
                       "\n",
                       corner.first, corner.second, size.first, size.second, address);
}

void SvgCanvas::text(std::pair<double, double> at, std::string_view words, std::string_view look, Anchor anchor) {
  body_ += fmt::format(R"(<text x="{:.1f}" y="{:.1f}" class="{}" text-anchor="{}">{}</text>)"
                       "\n",
                       at.first, at.second, look, name_of(anchor), escape_markup(words));
}

void SvgCanvas::upward_text(std::pair<double, double> at, std::string_view words, std::string_view look) {
  body_ += fmt::format(R"svg(<text transform="translate({:.1f} {:.1f}) rotate(-90)" class="{}" text-anchor="middle">{}</text>)svg"
                       "\n",
                       at.first, at.second, look, escape_markup(words));
}

std::string SvgCanvas::finish(std::string_view title) const {
  return fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 {0:.0f} {1:.0f}" width="{0:.0f}" height="{1:.0f}" role="img">)"
                     "\n<title>{2}</title>\n<style>{3}</style>\n{4}</svg>\n",
                     width_, height_, escape_markup(title), plot_style(), body_);
}

std::vector<double> PlotAxis::ticks(int count) const {
  const double rough = (high - low) / count;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double share = rough / power;
  const double step = power * (share <= 1.5 ? 1 : share <= 3.5 ? 2 : share <= 7.5 ? 5 : 10);
  std::vector<double> values;
  for (auto at = static_cast<long>(std::ceil(low / step - 1e-9)); static_cast<double>(at) * step <= high + step * 1e-9; ++at)
    values.push_back(static_cast<double>(at) * step);
  return values;
}

std::string clock_text(long long milliseconds) {
  const long long seconds = milliseconds / 1000;
  if (seconds >= 3600) return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

std::string tick_text(double value) { return fmt::format("{:.4g}", std::abs(value) < 1e-12 ? 0 : value); }

double text_pixels(std::string_view words, double size) { return 0.58 * size * static_cast<double>(display_columns(words)); }

std::string_view series_look(std::size_t index) { return kSeries[index % kSeries.size()]; }

std::string_view plot_style() {
  return R"(
.plot{font:13px system-ui,-apple-system,"Segoe UI","Noto Sans","Noto Sans CJK SC",sans-serif;max-width:100%;height:auto}
.plot .paper{fill:#fff}.plot .ink{fill:#1c2530}.plot .soft{fill:#5a6673}.plot .title{fill:#1c2530;font-size:15px;font-weight:600}
.plot .grid{stroke:#e4e8ed}.plot .axis{stroke:#8c97a3}.plot .ideal{stroke:#5a6673;stroke-dasharray:5 4;stroke-width:1.5}.plot .whisker{stroke:#1c2530;stroke-width:1.5}
.plot .cell{fill:#1f6fd6}.plot .mean{fill:#d9480f;stroke:#fff;stroke-width:1.5}.plot .open{fill:none;stroke-width:2.2;stroke-linejoin:round}
.plot .s0{fill:#1f6fd6;stroke:#1f6fd6}.plot .s1{fill:#d9480f;stroke:#d9480f}.plot .s2{fill:#23895a;stroke:#23895a}.plot .s3{fill:#a13fb5;stroke:#a13fb5}
.plot .s4{fill:#b08900;stroke:#b08900}.plot .s5{fill:#0f8b9d;stroke:#0f8b9d}.plot .s6{fill:#c2255c;stroke:#c2255c}.plot .s7{fill:#6b7680;stroke:#6b7680}
.plot .open{fill:none}.plot .bar{stroke:none}
@media(prefers-color-scheme:dark){
.plot .paper{fill:#151a21}.plot .ink{fill:#e8edf2}.plot .soft{fill:#9aa7b4}.plot .title{fill:#e8edf2}.plot .grid{stroke:#29313b}.plot .axis{stroke:#6b7785}
.plot .ideal{stroke:#9aa7b4}.plot .whisker{stroke:#e8edf2}.plot .cell{fill:#63a4ff}.plot .mean{fill:#ff9a5c;stroke:#151a21}
.plot .s0{fill:#63a4ff;stroke:#63a4ff}.plot .s1{fill:#ff9a5c;stroke:#ff9a5c}.plot .s2{fill:#5fcf98;stroke:#5fcf98}.plot .s3{fill:#d58be6;stroke:#d58be6}
.plot .s4{fill:#e5c453;stroke:#e5c453}.plot .s5{fill:#5fd0e0;stroke:#5fd0e0}.plot .s6{fill:#ff85ad;stroke:#ff85ad}.plot .s7{fill:#a9b4be;stroke:#a9b4be}
.plot .open{fill:none}.plot .bar{stroke:none}}
)";
}

}  // namespace cineloom
