#include "output/pixels.h"

namespace film {
namespace {

// BT.709 coefficients for 8-bit limited range, times 65536.
constexpr int kLumaRed = 11966, kLumaGreen = 40254, kLumaBlue = 4064;
constexpr int kBlueRed = -6596, kBlueGreen = -22189, kBlueBlue = 28784;
constexpr int kRedRed = 28784, kRedGreen = -26145, kRedBlue = -2639;

struct Sum {
  int red = 0, green = 0, blue = 0;
};

std::uint8_t luma(std::uint32_t pixel, Sum& sum) {
  const int red = (pixel >> 16) & 255, green = (pixel >> 8) & 255, blue = pixel & 255;
  sum.red += red;
  sum.green += green;
  sum.blue += blue;
  return static_cast<std::uint8_t>((kLumaRed * red + kLumaGreen * green + kLumaBlue * blue + 16 * 65536 + 32768) >> 16);
}

std::uint8_t chroma(const Sum& s, int red, int green, int blue) {
  return static_cast<std::uint8_t>((red * s.red + green * s.green + blue * s.blue + 128 * 262144 + 131072) >> 18);
}

}  // namespace

void to_planes(const SurfacePtr& picture, const Planes& planes) {
  cairo_surface_flush(picture.get());
  const auto* data = cairo_image_surface_get_data(picture.get());
  const int stride = cairo_image_surface_get_stride(picture.get());
  for (int y = 0; y < kHeight; y += 2) {
    const auto* upper = reinterpret_cast<const std::uint32_t*>(data + y * stride);
    const auto* lower = reinterpret_cast<const std::uint32_t*>(data + (y + 1) * stride);
    std::uint8_t* out = planes.luma + y * planes.luma_stride;
    for (int x = 0; x < kWidth; x += 2) {
      Sum sum;
      out[x] = luma(upper[x], sum);
      out[x + 1] = luma(upper[x + 1], sum);
      out[x + planes.luma_stride] = luma(lower[x], sum);
      out[x + 1 + planes.luma_stride] = luma(lower[x + 1], sum);
      planes.blue[y / 2 * planes.blue_stride + x / 2] = chroma(sum, kBlueRed, kBlueGreen, kBlueBlue);
      planes.red[y / 2 * planes.red_stride + x / 2] = chroma(sum, kRedRed, kRedGreen, kRedBlue);
    }
  }
}

}  // namespace film
