#include "vision/nets/net_picture.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>

#include "vision/thumbnail.h"

namespace cineloom {
namespace {

constexpr int kHighDefinition = 577;  ///< rows from which colours are those of BT.709, not BT.601

/// Samples of Y'CbCr to the colours of the input.
class Colors {
 public:
  Colors(const FrameView& frame, const NetInput& input) : input_(input), is_full_range_(frame.is_full_range) {
    const double red = frame.luma.height >= kHighDefinition ? 0.2126 : 0.299;
    const double blue = frame.luma.height >= kHighDefinition ? 0.0722 : 0.114;
    red_ = 2 * (1 - red);
    blue_ = 2 * (1 - blue);
    green_of_red_ = red_ * red / (1 - red - blue);
    green_of_blue_ = blue_ * blue / (1 - red - blue);
  }

  void put(NetPicture& picture, int x, int y, double luma, double blue, double red) const {
    const double range = is_full_range_ ? 1.0 : 255.0 / 224;
    const double grey = is_full_range_ ? luma : (luma - 16) * 255 / 219;
    const double cb = (blue - 128) * range;
    const double cr = (red - 128) * range;
    std::array rgb{grey + red_ * cr, grey - green_of_red_ * cr - green_of_blue_ * cb, grey + blue_ * cb};
    if (input_.colors == NetColors::Bgr) std::swap(rgb[0], rgb[2]);
    for (std::size_t channel = 0; channel < 3; ++channel) picture.values[place(x, y, channel)] = normal(std::clamp(rgb[channel], 0.0, 255.0), channel);
  }

  [[nodiscard]] NetPicture black() const {
    NetPicture picture;
    picture.values.resize(std::size_t{3} * static_cast<std::size_t>(input_.width) * static_cast<std::size_t>(input_.height));
    for (int y = 0; y < input_.height; ++y) {
      for (int x = 0; x < input_.width; ++x) {
        for (std::size_t channel = 0; channel < 3; ++channel) picture.values[place(x, y, channel)] = normal(0, channel);
      }
    }
    return picture;
  }

 private:
  [[nodiscard]] float normal(double value, std::size_t channel) const {
    const double mean = input_.mean.empty() ? 0 : input_.mean[channel];
    return static_cast<float>((value - mean) * (input_.scale.empty() ? 1 : input_.scale[channel]));
  }
  [[nodiscard]] std::size_t place(int x, int y, std::size_t channel) const {
    const auto width = static_cast<std::size_t>(input_.width);
    const std::size_t sample = static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x);
    if (input_.layout == NetLayout::Nhwc) return 3 * sample + channel;
    return channel * width * static_cast<std::size_t>(input_.height) + sample;
  }

  const NetInput& input_;
  bool is_full_range_;
  double red_;
  double blue_;
  double green_of_red_;
  double green_of_blue_;
};

/// Between the four samples around the place; black (or grey) outside the plane.
double sample(const PlaneView& plane, const FramePoint& at, double outside) {
  if (plane.samples.empty() || at.x < 0 || at.x > 1 || at.y < 0 || at.y > 1) return outside;
  const double x = std::clamp(at.x * plane.width - 0.5, 0.0, plane.width - 1.0);
  const double y = std::clamp(at.y * plane.height - 0.5, 0.0, plane.height - 1.0);
  const int left = static_cast<int>(x);
  const int top = static_cast<int>(y);
  const auto value = [&](int column, int row) {
    return static_cast<double>(plane.row(std::min(row, plane.height - 1))[static_cast<std::size_t>(std::min(column, plane.width - 1))]);
  };
  const double upper = std::lerp(value(left, top), value(left + 1, top), x - left);
  const double lower = std::lerp(value(left, top + 1), value(left + 1, top + 1), x - left);
  return std::lerp(upper, lower, y - top);
}

std::vector<std::uint8_t> shrunk(const PlaneView& plane, int width, int height) {
  std::vector<std::uint8_t> samples(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  shrink(plane, width, height, samples.data());
  return samples;
}

using Place = std::complex<double>;

/// How a face of a net's picture is turned, scaled and moved to lie in the frame: place in the frame = factor * place + shift.
struct Movement {
  Place factor{1, 0};
  Place shift{0, 0};
};

/// The least squares fit; points that all coincide move nothing but the middle.
Movement fit_movement(const std::array<Place, 5>& from, const std::array<Place, 5>& to) {
  Place from_middle;
  Place to_middle;
  for (std::size_t i = 0; i < from.size(); ++i) {
    from_middle += from[i] / 5.0;
    to_middle += to[i] / 5.0;
  }
  Place product;
  double spread = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    product += (to[i] - to_middle) * std::conj(from[i] - from_middle);
    spread += std::norm(from[i] - from_middle);
  }
  Movement movement{.factor = spread > 0 ? product / spread : Place(1, 0)};
  movement.shift = to_middle - movement.factor * from_middle;
  return movement;
}

}  // namespace

NetPicture fit_picture(const FrameView& frame, double aspect, const NetInput& input, Fit fit) {
  const Colors colors(frame, input);
  NetPicture picture = colors.black();
  const double shape = std::clamp(aspect, 0.05, 20.0) * input.height / input.width;
  const double width_share = fit == Fit::Stretched ? 1 : std::min(1.0, shape);
  const double height_share = fit == Fit::Stretched ? 1 : std::min(1.0, 1 / shape);
  const int width = std::clamp(static_cast<int>(std::lround(input.width * width_share)), 1, input.width);
  const int height = std::clamp(static_cast<int>(std::lround(input.height * height_share)), 1, input.height);
  picture.used_width = 1.0 * width / input.width;
  picture.used_height = 1.0 * height / input.height;
  const auto luma = shrunk(frame.luma, width, height);
  const auto blue = shrunk(frame.blue, width, height);
  const auto red = shrunk(frame.red, width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const std::size_t at = static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
      colors.put(picture, x, y, luma[at], blue[at], red[at]);
    }
  }
  return picture;
}

NetPicture align_face(const FrameView& frame, double aspect, const FacePoints& points, const NetInput& input) {
  // The mean face of the pictures that nets for faces are commonly trained with, 112 x 112.
  constexpr std::array<FramePoint, 5> kUsual{{{38.2946, 51.6963}, {73.5318, 51.5014}, {56.0252, 71.7366}, {41.5493, 92.3655}, {70.7299, 92.2041}}};
  std::array<Place, 5> from;
  std::array<Place, 5> to;
  for (std::size_t i = 0; i < points.size(); ++i) {
    from[i] = {kUsual[i].x / 112 * input.width, kUsual[i].y / 112 * input.height};
    to[i] = {points[i].x * aspect, points[i].y};  // in heights of the picture, so that circles are round
  }
  const Movement movement = fit_movement(from, to);
  const Colors colors(frame, input);
  NetPicture picture = colors.black();
  const double black = frame.is_full_range ? 0 : 16;
  for (int y = 0; y < input.height; ++y) {
    for (int x = 0; x < input.width; ++x) {
      const Place place = movement.factor * Place(x + 0.5, y + 0.5) + movement.shift;
      const FramePoint at{place.real() / aspect, place.imag()};
      colors.put(picture, x, y, sample(frame.luma, at, black), sample(frame.blue, at, 128), sample(frame.red, at, 128));
    }
  }
  return picture;
}

FacePoints usual_points(const PictureArea& box) {
  // As the boxes of the frontal cascades lie around a face.
  constexpr FacePoints kInBox{{{0.31, 0.38}, {0.69, 0.38}, {0.5, 0.6}, {0.345, 0.815}, {0.655, 0.815}}};
  FacePoints points = kInBox;
  for (FramePoint& point : points) point = {std::lerp(box.left, box.right, point.x), std::lerp(box.top, box.bottom, point.y)};
  return points;
}

}  // namespace cineloom
