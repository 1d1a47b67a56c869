#include "story/cast.h"

namespace film {

Role mira(std::vector<Key> keys, Prop prop) { return {Who::Mira, std::move(keys), prop}; }
Role tobin(std::vector<Key> keys, Prop prop) { return {Who::Tobin, std::move(keys), prop}; }
Role quill(std::vector<Key> keys, Prop prop) { return {Who::Quill, std::move(keys), prop}; }

Role moon(double radius, std::vector<Key> keys) { return {Who::Moon, std::move(keys), Prop::None, radius / 100}; }

Role neighbour(int which, double x, double facing, Pose pose, Prop prop) {
  return {Who::Neighbour, {{.x = x, .pose = pose, .facing = facing, .y = 301.0 + which % 3}}, prop, 1, which};
}

Role boat(int which, std::vector<Key> keys, double size) { return {Who::Boat, std::move(keys), Prop::None, size, which}; }

Role sail(int which, std::vector<Key> keys, double size) { return {Who::SailingBoat, std::move(keys), Prop::None, size, which}; }

Framing close_on_mira(double x, double zoom) { return {x + 5, 224, zoom}; }
Framing close_on_tobin(double x, double zoom) { return {x, 204, zoom}; }

Framing close_on_quill(double x, double neck, double facing, double zoom) { return {x + facing * mix(30, 40, neck), mix(186, 142, neck), zoom}; }

Framing medium(double x, double zoom) { return {x, 236, zoom}; }

}  // namespace film
