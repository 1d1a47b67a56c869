#include "text/encoding.h"

#include <uchardet.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "base/utf8.h"

namespace cineloom {
namespace {

constexpr std::size_t kDeciding = 1U << 20U;
// Of the double bytes of a Chinese text about two thirds are among these; of another encoding's one in forty.
constexpr double kLeastKnown = 0.25;

// The characters that modern Chinese uses most, in both scripts.
constexpr std::string_view kSimplified =
    "的一了国是人在不有中大和年我为这会上要个发来家作出地到们业新以工行生经对时民多日部好他全成加本市就进理主同实者开方政自学"
    "下也前心说现长能过都动员产重于后关展小高建天用平力得月还可公定分电事合机面安务社场报文化等法起外情制子区之与而总记很体济"
    "书去里间点看问当没资设次美北其武利从所着十华两度种明各道提内最医表系金万通代党意农入将元比企位科第战三感向强保些特已油品"
    "护题委如导正目东活水汉西解名今但领南然想京性应统口改门使海世么结军期技基并教交持服无立院术量省管你任共此因及增决给治物联"
    "病相组手信话队线达把程义由真那只样议志调取房更少克己二致界果干价拉车收司常做老山办村府住计求路革先难局张别论团放广据周防"
    "传打城风型近格认江际回接又望众处步商集台确受几级深质知指原气件节规头观项被精式条店施育研运再查形思疫见五春李视群才支流举"
    "酒斯数职单四反图造首非该推太选示至快身费例标女王专直完亚变整纪敬投央创乡每较百效带族神片争热觉历命客爱证县续极权优让协转"
    "希走困严伊清布参史健马德光尔副装势影买营什友究益必识积愿林织需花色准坚构根况或切她许何谈象儿户值助炎赛毒亿率评告白环责州"
    "具艺消肺它始状采策备易列境康连读英注批送晚乐哈融息士欢亲供早吃访青银便兴越空离边巴响错席款河源网港贫剧速钱讲满包范罗货容"
    "失往引声案功喜远照字仅演恩复存球请则且约香股八段双游候苦厂显类卫断考继邓负模米态像划千宣排版斗落控预富危差习器星九初算啊";
constexpr std::string_view kTraditional =
    "的一了國是人在不有中大和年我爲這會上要個發來家作出地到們業新以工行生經對時民多日部好他全成加本市就進理主同實者開方政自學"
    "下也前心說現長能過都動員產重於後關展小高建天用平力得月還可公定分電事合機面安務社場報文化等法起外情制子區之與而總記很體濟"
    "書去裏間點看問當沒資設次美北其武利從所着十華兩度種明各道提內最醫表系金萬通代黨意農入將元比企位科第戰三感向強保些特已油品"
    "護題委如導正目東活水漢西解名今但領南然想京性應統口改門使海世麼結軍期技基並教交持服無立院術量省管你任共此因及增決給治物聯"
    "病相組手信話隊線達把程義由真那隻樣議志調取房更少克己二致界果乾價拉車收司常做老山辦村府住計求路革先難局張別論團放廣據周防"
    "傳打城風型近格認江際回接又望衆處步商集臺確受幾級深質知指原氣件節規頭觀項被精式條店施育研運再查形思疫見五春李視羣才支流舉"
    "酒斯數職單四反圖造首非該推太選示至快身費例標女王專直完亞變整紀敬投央創鄉每較百效帶族神片爭熱覺曆命客愛證縣續極權優讓協轉"
    "希走困嚴伊清布參史健馬德光爾副裝勢影買營什友究益必識積願林織需花色準堅構根況或切她許何談象兒戶值助炎賽毒億率評告白環責州"
    "具藝消肺它始狀採策備易列境康連讀英註批送晚樂哈融息士歡親供早喫訪青銀便興越空離邊巴響錯席款河源網港貧劇速錢講滿包範羅貨容"
    "失往引聲案功喜遠照字僅演恩復存球請則且約香股八段雙遊候苦廠顯類衛斷考繼鄧負模米態像劃千宣排版鬥落控預富危差習器星九初算啊";

struct DetectorDeleter {
  void operator()(uchardet* detector) const { uchardet_delete(detector); }
};

// Two bytes a character: in Latin text every second byte is zero.
std::string utf16_form(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE")) return "UTF-16LE";
  if (bytes.starts_with("\xFE\xFF")) return "UTF-16BE";
  std::size_t even = 0;
  std::size_t odd = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '\0') ++(i % 2 == 0 ? even : odd);
  }
  if (odd * 4 > bytes.size() && odd > 4 * even) return "UTF-16LE";
  if (even * 4 > bytes.size() && even > 4 * odd) return "UTF-16BE";
  return "";
}

std::size_t sequence_length(unsigned char lead) { return lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1; }

/// The text without a character whose last bytes are missing.
std::string_view without_cut_character(std::string_view bytes) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, bytes.size()); ++back) {
    const auto byte = static_cast<unsigned char>(bytes[bytes.size() - back]);
    if (byte < 0x80) return bytes;
    if (byte >= 0xC0) return sequence_length(byte) > back ? bytes.substr(0, bytes.size() - back) : bytes;
  }
  return bytes;
}

bool is_utf8(std::string_view bytes) {
  if (is_valid_utf8(bytes)) return true;
  const std::string_view whole = without_cut_character(bytes);
  const bool has_wide = std::ranges::any_of(whole, [](char byte) { return static_cast<unsigned char>(byte) >= 0x80; });
  return has_wide && is_valid_utf8(whole);
}

std::string detect_by_statistics(std::string_view bytes) {
  const std::unique_ptr<uchardet, DetectorDeleter> detector(uchardet_new());
  if (uchardet_handle_data(detector.get(), bytes.data(), bytes.size()) != 0) return "";
  uchardet_data_end(detector.get());
  const std::string name = uchardet_get_charset(detector.get());
  // GB2312 and GBK are parts of GB18030; pure ASCII was caught as UTF-8 before.
  if (name == "GB2312" || name == "GBK") return "GB18030";
  // Latin-1 is a part of Windows-1252, and short Western texts look like those of a long gone computer.
  return name == "ISO-8859-1" || name == "MAC-CENTRALEUROPE" || name == "MACROMAN" ? "WINDOWS-1252" : name;
}

std::size_t code_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at])) << 8U | static_cast<unsigned char>(bytes[at + 1]);
}

/// What double bytes mean in both encodings: bit 0 a common character of GB18030, bit 1 one of Big5.
std::vector<unsigned char> make_table() {
  std::vector<unsigned char> table(65'536, 0);
  const auto mark = [&](std::string_view characters, const char* encoding, unsigned bit) {
    const icu::UnicodeString text = icu::UnicodeString::fromUTF8(icu::StringPiece(characters.data(), static_cast<std::int32_t>(characters.size())));
    std::string bytes(characters.size() * 2, '\0');
    const std::int32_t size = text.extract(0, text.length(), bytes.data(), static_cast<std::uint32_t>(bytes.size()), encoding);
    for (std::size_t i = 0; i + 1 < static_cast<std::size_t>(std::max(size, 0)); i += 2) {
      if (static_cast<unsigned char>(bytes[i]) >= 0x80) table[code_at(bytes, i)] = static_cast<unsigned char>(table[code_at(bytes, i)] | bit);
      else --i;  // what the encoding lacks became one byte
    }
  };
  mark(kSimplified, "GB18030", 1);
  mark(kTraditional, "Big5", 2);
  return table;
}

bool is_trail(unsigned char byte) { return byte >= 0x40 && byte != 0x7F && byte != 0xFF; }

struct DoubleBytes {
  std::size_t pairs = 0;       ///< that could be Han characters
  std::size_t malformed = 0;
  std::size_t known[2] = {0, 0};  ///< common characters in GB18030, in Big5
  std::size_t rare[2] = {0, 0};   ///< in the part of the code where rare characters lie
  std::size_t four_bytes = 0;     ///< forms that only GB18030 has
};

DoubleBytes count_double_bytes(std::string_view bytes) {
  static const std::vector<unsigned char> table = make_table();
  DoubleBytes counts;
  for (std::size_t i = 0; i < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[i]);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    if (i + 1 >= bytes.size()) break;  // cut off
    const auto trail = static_cast<unsigned char>(bytes[i + 1]);
    if (trail >= 0x30 && trail <= 0x39 && i + 3 < bytes.size() && lead != 0xFF && lead != 0x80) {
      ++counts.four_bytes;
      i += 4;
      continue;
    }
    if (lead == 0x80 || lead == 0xFF || !is_trail(trail)) {
      ++counts.malformed;
      ++i;
      continue;
    }
    // Marks and letters of both encodings lie in rows A1 .. A9 and say little.
    const unsigned char entry = table[code_at(bytes, i)];
    counts.known[0] += entry & 1U;
    counts.known[1] += entry >> 1U;
    if (lead < 0xA1 || lead > 0xA3) {
      ++counts.pairs;
      // Rare in GB18030: outside of GB2312's first level and marks; in Big5: behind C6, and trails that it does not have.
      counts.rare[0] += lead > 0xD7 || lead < 0xA1 || trail < 0xA1 ? 1 : 0;
      counts.rare[1] += lead > 0xC6 || lead < 0xA4 || (trail > 0x7E && trail < 0xA1) ? 1 : 0;
    }
    i += 2;
  }
  return counts;
}

/// "GB18030", "BIG5", or nothing if the double bytes are no Chinese.
std::string chinese_form(std::string_view bytes) {
  const DoubleBytes counts = count_double_bytes(bytes);
  if (counts.malformed * 20 > counts.pairs) return "";
  const auto pairs = static_cast<double>(std::max<std::size_t>(counts.pairs, 1));
  const double simplified = (static_cast<double>(counts.known[0]) - static_cast<double>(counts.rare[0])) / pairs;
  const double traditional = (static_cast<double>(counts.known[1]) - static_cast<double>(counts.rare[1])) / pairs;
  const std::size_t known = counts.known[simplified >= traditional ? 0 : 1];
  if (counts.pairs == 0 || static_cast<double>(known) < kLeastKnown * pairs) return "";
  return simplified >= traditional ? "GB18030" : "BIG5";
}

}  // namespace

std::string detect_encoding(std::string_view bytes) {
  std::string form = utf16_form(bytes);
  if (!form.empty()) return form;
  if (is_utf8(bytes)) return "UTF-8";
  form = chinese_form(bytes.substr(0, kDeciding));
  return form.empty() ? detect_by_statistics(bytes) : form;
}

}  // namespace cineloom
