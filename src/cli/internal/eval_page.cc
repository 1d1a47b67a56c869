#include "cli/internal/eval_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/markup.h"
#include "base/svg_canvas.h"
#include "cli/internal/eval_plots.h"
#include "cli/internal/eval_table.h"

namespace cineloom::cli {
namespace {

constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--paper:#f6f7f9;--card:#fff;--ink:#1c2530;--soft:#5a6673;--line:#dfe4ea;--mark:#e7f0fd}
@media(prefers-color-scheme:dark){:root{--paper:#0e1217;--card:#151a21;--ink:#e8edf2;--soft:#9aa7b4;--line:#29313b;--mark:#1b2c45}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI","Noto Sans","Noto Sans CJK SC",sans-serif}
main{max-width:1200px;margin:0 auto;padding:32px 20px 64px}h1{font-size:28px;margin:0 0 4px}h2{font-size:19px;margin:36px 0 10px}p{margin:6px 0;max-width:80ch}
.soft{color:var(--soft)}.facts{display:flex;flex-wrap:wrap;gap:10px;margin:18px 0}.facts div{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:10px 16px}
.facts b{display:block;font-size:20px;font-variant-numeric:tabular-nums}.facts span{color:var(--soft);font-size:13px}
.scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:10px}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:8px 10px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line)}tr:last-child td{border-bottom:0}th{color:var(--soft);font-weight:500;font-size:14px}
th:first-child,td:first-child{text-align:left}td:first-child small{white-space:normal;min-width:16ch;max-width:26ch}td.best{font-weight:700;background:var(--mark)}td.tied{background:var(--mark)}td small{display:block;color:var(--soft);font-weight:400}
.plots{columns:2 440px;column-gap:16px}.plots figure{margin:0 0 16px;break-inside:avoid;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:6px;overflow:hidden}
.plots svg{display:block;width:100%;height:auto}ul{padding-left:20px}li{margin:4px 0}code{font-size:13px;overflow-wrap:anywhere}
)";

/// The page's words in its language.
class Words {
 public:
  explicit Words(const std::string& language) : is_chinese_(language == "zh") {}
  [[nodiscard]] std::string operator()(const char* english, const char* chinese) const { return is_chinese_ ? chinese : english; }
  [[nodiscard]] std::string of(const LocalText& text) const { return escape_markup(is_chinese_ && !text.chinese.empty() ? text.chinese : text.english); }

 private:
  bool is_chinese_;
};

std::string facts_of(const EvaluationReport& report, const Words& words) {
  std::string html = "<div class=\"facts\">\n";
  for (const SplitFact& fact : report.facts) html += fmt::format("<div><b>{}</b><span>{}</span></div>\n", fact.count, words.of(fact.name));
  return html + "</div>\n";
}

std::string cell_of(const MeasuredValue& value) {
  const char* look = value.is_best ? " class=\"best\"" : value.is_tied_with_best ? " class=\"tied\"" : "";
  const std::string interval =
      value.low == value.high ? "" : fmt::format("<small>{} – {}</small>", metric_text(value.metric, value.low), metric_text(value.metric, value.high));
  return fmt::format("<td{}>{}{}</td>", look, metric_text(value.metric, value.value), interval);
}

std::string table_of(const EvaluationReport& report, const Words& words) {
  std::string html = "<div class=\"scroll\"><table>\n<tr><th>" + words("model", "模型") + "</th>";
  for (const MeasuredValue& value : report.models.front().values) html += fmt::format("<th>{}</th>", metric_label(value.metric));
  html += fmt::format("<th>{}</th></tr>\n", words("training", "训练"));
  for (const ModelFigures& model : report.models) {
    html += fmt::format("<tr><td><b>{}</b><small>{}</small></td>", escape_markup(model.model), words.of(model.description));
    for (const MeasuredValue& value : model.values) html += cell_of(value);
    html += fmt::format("<td>{:.1f} s</td></tr>\n", model.fit_seconds);
  }
  html += "</table></div>\n<p class=\"soft\">";
  html += words("Bold: the best. Shaded: may be as good as the best (paired bootstrap over users, Holm-corrected, p ≥ .05). Small: 95 % intervals.",
                "粗体：最佳。底色：可能与最佳同样好（按用户配对自助法，Holm 校正，p ≥ .05）。小字：95 % 区间。");
  return html + "</p>\n";
}

std::string pairs_of(const EvaluationReport& report, const Words& words) {
  std::string rows;
  for (const PairedComparison& pair : report.comparisons) {
    if (pair.metric != report.main_metric) continue;
    rows +=
        fmt::format("<tr><td><b>{}</b> &gt; {}</td><td>{}</td><td>{} … {}</td><td>{:.4f}</td></tr>\n", escape_markup(pair.better), escape_markup(pair.worse),
                    metric_text(pair.metric, pair.difference), metric_text(pair.metric, pair.low), metric_text(pair.metric, pair.high), pair.p_holm);
  }
  if (rows.empty()) return {};
  return fmt::format("<h2>{} {}</h2>\n<div class=\"scroll\"><table>\n<tr><th>{}</th><th>{}</th><th>95 %</th><th>p (Holm)</th></tr>\n{}</table></div>\n",
                     metric_label(report.main_metric), words("pair by pair", "两两比较"), words("pair", "模型对"), words("gain", "优势"), rows);
}

std::string coverage_of(const EvaluationReport& report, const Words& words) {
  std::string html;
  for (const ModelFigures& model : report.models) {
    if (!model.interval_coverage) continue;
    html += fmt::format("<li>{}: {:.1f} % {}</li>\n", escape_markup(model.model), 100 * *model.interval_coverage,
                        words("of the ratings lie inside the 80 % interval", "的评分落在 80 % 区间内"));
  }
  return html.empty() ? html : fmt::format("<h2>{}</h2>\n<ul>{}</ul>\n", words("Intervals", "区间"), html);
}

std::string repeat_of(const EvaluationReport& report, const Words& words) {
  std::string html = fmt::format("<h2>{}</h2>\n<ul>\n", words("How to repeat it", "如何复现"));
  html += fmt::format("<li>cineloom {} · {} {} · {} {} · {}</li>\n", escape_markup(report.version), words("seeds", "种子"), fmt::join(report.seeds, ", "),
                      report.threads, words("threads", "线程"), escape_markup(report.machine));
  if (!report.sha256.empty()) html += fmt::format("<li>SHA-256 <code>{}</code></li>\n", report.sha256);
  for (const ModelFigures& model : report.models) {
    std::string settings;
    for (const auto& [name, value] : model.settings) settings += fmt::format("{}{} = {:.4g}", settings.empty() ? "" : ", ", name, value);
    if (model.trials > 0) settings += fmt::format(" ({} {})", model.trials, words("trials on validation", "次验证集试验"));
    if (!settings.empty()) html += fmt::format("<li>{}: {}</li>\n", escape_markup(model.model), settings);
    for (const LocalText& note : model.notes) html += fmt::format("<li>{}: {}</li>\n", escape_markup(model.model), words.of(note));
  }
  return html + "</ul>\n";
}

std::string latex_text(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    if (std::string_view("&%$#_{}").contains(letter)) escaped += '\\';
    escaped += letter;
  }
  return escaped;
}

}  // namespace

std::string evaluation_page(const EvaluationReport& report, const std::string& language) {
  const Words words(language);
  const std::string title = words("How well it recommends", "推荐准确度");
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n<title>{} · {}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n",
      language == "zh" ? "zh-Hans" : "en", title, escape_markup(report.data), kStyle);
  html += fmt::format("<h1>{}</h1>\n<p class=\"soft\">{} · {}</p>\n<p>{}</p>\n", title, escape_markup(report.data), escape_markup(report.protocol),
                      words.of(report.protocol_description));
  html += facts_of(report, words);
  html += "<div class=\"plots\">\n";
  for (const NamedPlot& plot : all_plots(report, language)) html += fmt::format("<figure>{}</figure>\n", plot.svg);
  html +=
      fmt::format("</div>\n<h2>{}</h2>\n", words("All figures", "全部指标")) + table_of(report, words) + pairs_of(report, words) + coverage_of(report, words);
  if (!report.warnings.empty()) html += fmt::format("<h2>{}</h2>\n<ul>\n", words("What to keep in mind", "需要注意"));
  for (const LocalText& warning : report.warnings) html += fmt::format("<li>{}</li>\n", words.of(warning));
  if (!report.warnings.empty()) html += "</ul>\n";
  return html + repeat_of(report, words) + "</main>\n</body>\n</html>\n";
}

std::string evaluation_latex(const EvaluationReport& report) {
  const auto& values = report.models.front().values;
  std::string text = fmt::format("% needs \\usepackage{{booktabs}}\n\\begin{{table}}\n\\centering\n\\begin{{tabular}}{{l{}}}\n\\toprule\nmodel",
                                 std::string(values.size(), 'r'));
  for (const MeasuredValue& value : values) text += " & " + latex_text(metric_label(value.metric));
  text += " \\\\\n\\midrule\n";
  for (const ModelFigures& model : report.models) {
    text += latex_text(model.model);
    for (const MeasuredValue& value : model.values) {
      const std::string number = metric_text(value.metric, value.value);
      text += value.is_best ? fmt::format(" & \\textbf{{{}}}", number) : value.is_tied_with_best ? fmt::format(" & \\underline{{{}}}", number) : " & " + number;
    }
    text += " \\\\\n";
  }
  text += fmt::format(
      "\\bottomrule\n\\end{{tabular}}\n\\caption{{{}, protocol {}: {}. Seeds {}. Bold: best; underlined: not significantly worse (paired bootstrap over users, "
      "{} samples, Holm-corrected, $p \\ge .05$).}}\n\\end{{table}}\n",
      latex_text(report.data), latex_text(report.protocol), latex_text(report.protocol_description.english), fmt::join(report.seeds, ", "),
      report.bootstrap_samples);
  return text;
}

}  // namespace cineloom::cli
