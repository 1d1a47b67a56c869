#include "vision/internal/watch_bytes.h"

namespace cineloom {

void put(ByteWriter& out, const Picture& picture) {
  out.put(picture.width);
  out.put(picture.height);
  out.put(picture.is_full_range);
  out.put(picture.luma);
  out.put(picture.blue);
  out.put(picture.red);
}

void take(ByteReader& in, Picture& picture) {
  in.take(picture.width);
  in.take(picture.height);
  in.take(picture.is_full_range);
  in.take(picture.luma);
  in.take(picture.blue);
  in.take(picture.red);
}

void put(ByteWriter& out, const KeyframeCandidate& candidate) {
  out.put(candidate.frame);
  out.put(candidate.sharpness);
  out.put(candidate.worth);
  out.put(candidate.face);
  out.put(candidate.sketch);
  out.put(std::string_view(candidate.jpeg));
}

void take(ByteReader& in, KeyframeCandidate& candidate) {
  in.take(candidate.frame);
  in.take(candidate.sharpness);
  in.take(candidate.worth);
  in.take(candidate.face);
  in.take(candidate.sketch);
  in.take(candidate.jpeg);
}

}  // namespace cineloom
