#pragma once

namespace cineloom {

/// What this machine's one core can do at best, measured now: every speed in a report stands beside the share it is of these.
/// Both take some 50 ms and mean little while other work runs.
double measure_fma_peak();        ///< floating-point operations per second of fused multiply-adds on registers, floats
double measure_read_bandwidth();  ///< bytes per second read in order from memory that fits no cache

/// The instruction set that kernels choose here: "AVX2", "AVX3" (AVX-512), ...
const char* vector_target();

}  // namespace cineloom
