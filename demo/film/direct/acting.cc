#include "direct/acting.h"

namespace film {
namespace {

constexpr double kGestureSeconds = 0.75;
constexpr double kTurnSeconds = 0.35;
constexpr double kStride = 46;  // stage units per two steps of a figure 100 high

struct Span {
  const Key* now;
  const Key* before;
  const Key* next;
};

Span keys_at(const Role& role, double progress) {
  std::size_t i = 0;
  while (i + 1 < role.keys.size() && role.keys[i + 1].at <= progress) ++i;
  return {&role.keys[i], i > 0 ? &role.keys[i - 1] : nullptr, i + 1 < role.keys.size() ? &role.keys[i + 1] : nullptr};
}

void move_between_keys(Moment& moment, const Span& span, double progress) {
  moment.x = span.now->x;
  moment.y = span.now->y;
  moment.flame = span.now->flame;
  moment.size = span.now->size;
  if (!span.next) return;
  const double t = (progress - span.now->at) / (span.next->at - span.now->at);
  const double along = 0.5 * (t + ease(t));
  moment.x = mix(span.now->x, span.next->x, along);
  moment.y = mix(span.now->y, span.next->y, along);
  moment.flame = mix(span.now->flame, span.next->flame, t);
  moment.size = mix(span.now->size, span.next->size, t);
}

void take_pose(Moment& moment, const Span& span, double since) {
  moment.pose = span.now->pose;
  moment.facing = span.now->facing;
  if (!span.before) return;
  moment.pose = between(span.before->pose, span.now->pose, gesture(since / kGestureSeconds));
  moment.facing = mix(span.before->facing, span.now->facing, ease(since / kTurnSeconds));
}

void take_steps(Moment& moment, const Role& role, const Span& span, double progress, double length) {
  const bool can_walk = role.who == Who::Mira || role.who == Who::Tobin || role.who == Who::Neighbour || (role.who == Who::Quill && moment.pose.wings < 0.1);
  if (!can_walk || !span.next || std::abs(span.next->x - span.now->x) < 14 || moment.pose.sink > 16) return;
  const double duration = (span.next->at - span.now->at) * length;
  const double elapsed = (progress - span.now->at) * length;
  const double amount = clamp01(elapsed / 0.3) * clamp01((duration - elapsed) / 0.3);
  const double stride = kStride * (role.who == Who::Tobin ? 1.25 : 1.0);
  walk(moment.pose, std::abs(moment.x - role.keys[0].x) / stride, amount);
}

void breathe_and_blink(Moment& moment, const Role& role, double seconds) {
  const double phase = static_cast<int>(role.who) * 1.7 + role.which;
  moment.pose.lean += 0.7 * std::sin(seconds * 1.9 + phase);
  moment.pose.head += 0.9 * std::sin(seconds * 1.3 + phase * 2);
  moment.pose.near_arm += 1.2 * std::sin(seconds * 1.6 + phase);
  const double blink = std::fmod(seconds + phase, 2.9);
  if (blink < 0.16) moment.pose.lids = std::max(moment.pose.lids, std::sin(blink / 0.16 * kPi));
  if (role.is_flying) {
    moment.pose.extra = seconds * 0.95;
    moment.y += 7 * std::sin(seconds * 0.95 * 2 * kPi + 0.6);
  }
}

void speak_with_the_body(Moment& moment, const Role& role, const TimedShot& shot, double seconds) {
  for (const TimedLine& line : shot.lines) {
    if (line.speaker != role.who || seconds < line.begin - 0.1 || seconds > line.end + 0.3) continue;
    const double swell = clamp01((seconds - line.begin + 0.1) / 0.4) * clamp01((line.end + 0.3 - seconds) / 0.4);
    const double mouth = mouth_at(line, seconds);
    moment.pose.mouth = std::max(moment.pose.mouth, mouth);
    if (role.who == Who::Moon) {
      moment.pose.head += 2.5 * wobble(seconds, 1.6, 0) * swell;
      continue;
    }
    moment.pose.head += (4.2 * wobble(seconds, 4.1, 0.3) - 2 * mouth) * swell;
    moment.pose.lean += 1.6 * wobble(seconds, 2.3, 1) * swell;
    moment.pose.far_arm += (22 + 14 * wobble(seconds, 2.9, 2)) * swell;
    moment.pose.far_elbow += (34 + 20 * wobble(seconds, 3.3, 0)) * swell;
  }
}

}  // namespace

Moment act(const Role& role, const TimedShot& shot, double seconds) {
  const double length = shot.seconds();
  const double progress = clamp01(seconds / length);
  const Span span = keys_at(role, progress);
  Moment moment;
  move_between_keys(moment, span, progress);
  take_pose(moment, span, (progress - span.now->at) * length);
  take_steps(moment, role, span, progress, length);
  breathe_and_blink(moment, role, seconds);
  speak_with_the_body(moment, role, shot, seconds);
  return moment;
}

Bounds bounds_of(const Role& role, const Moment& m) {
  switch (role.who) {
    case Who::Mira: return {m.x - 14, m.y - 96, m.x + 14, m.y - 30};
    case Who::Tobin: return {m.x - 14, m.y - 128, m.x + 16, m.y - 40};
    case Who::Quill: return {m.x - 36, m.y - 150, m.x + 36, m.y - 60};
    case Who::Moon: {
      const double radius = 70 * role.size * m.size;
      return {m.x - radius, m.y - radius, m.x + radius, m.y + radius};
    }
    default: return {m.x - 20, m.y - 100, m.x + 20, m.y};
  }
}

Framing camera_at(const TimedShot& shot, double seconds) {
  const double t = ease(seconds / shot.seconds());
  const Framing& a = shot.shot.from;
  const Framing& b = shot.shot.to;
  return {mix(a.x, b.x, t), mix(a.y, b.y, t), a.zoom * std::pow(b.zoom / a.zoom, t)};
}

}  // namespace film
