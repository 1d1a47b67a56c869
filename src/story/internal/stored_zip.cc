#include "story/internal/stored_zip.h"

#include <boost/crc.hpp>
#include <concepts>

#include "base/assert.h"

// Local header: signature, version, flags (bit 11: names are UTF-8), method, time, date, CRC, packed and plain size, lengths of
// name and extra field. The directory repeats it with the version of the writer before and comment, disk, attributes and place behind.
namespace cineloom::story {
namespace {

constexpr std::uint16_t kVersion = 20;
constexpr std::uint16_t kUtf8Names = 1U << 11U;
constexpr std::uint16_t kFirstDay = (1U << 5U) | 1U;  // 1980-01-01

template <std::unsigned_integral Number>
void put(std::string& bytes, Number number) {
  for (std::size_t i = 0; i < sizeof(Number); ++i) bytes += static_cast<char>((number >> (8U * i)) & 0xFFU);
}

void put_description(std::string& bytes, std::string_view name, std::string_view content) {
  boost::crc_32_type checksum;
  checksum.process_bytes(content.data(), content.size());
  put(bytes, kVersion);
  put(bytes, kUtf8Names);
  put(bytes, std::uint16_t{0});  // stored
  put(bytes, std::uint16_t{0});
  put(bytes, kFirstDay);
  put(bytes, static_cast<std::uint32_t>(checksum.checksum()));
  put(bytes, static_cast<std::uint32_t>(content.size()));
  put(bytes, static_cast<std::uint32_t>(content.size()));
  put(bytes, static_cast<std::uint16_t>(name.size()));
  put(bytes, std::uint16_t{0});
}

}  // namespace

void StoredZip::add(std::string_view name, std::string_view content) {
  CINELOOM_ASSERT(files_ < kMostFiles && bytes_.size() + content.size() < 0xFFFF0000U);
  const auto place = static_cast<std::uint32_t>(bytes_.size());
  bytes_ += "PK\x03\x04";
  put_description(bytes_, name, content);
  bytes_.append(name).append(content);
  directory_ += "PK\x01\x02";
  put(directory_, kVersion);
  put_description(directory_, name, content);
  put(directory_, std::uint16_t{0});
  put(directory_, std::uint16_t{0});
  put(directory_, std::uint16_t{0});
  put(directory_, std::uint32_t{0});
  put(directory_, place);
  directory_.append(name);
  ++files_;
}

std::string StoredZip::finish() && {
  const auto place = static_cast<std::uint32_t>(bytes_.size());
  bytes_ += directory_;
  bytes_ += "PK\x05\x06";
  put(bytes_, std::uint32_t{0});
  put(bytes_, files_);
  put(bytes_, files_);
  put(bytes_, static_cast<std::uint32_t>(directory_.size()));
  put(bytes_, place);
  put(bytes_, std::uint16_t{0});
  return std::move(bytes_);
}

}  // namespace cineloom::story
