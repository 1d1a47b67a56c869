#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "recommend/models/rating_biases.h"

namespace cineloom {

/// Forecasts that were computed for pairs known beforehand; other pairs get biases.
class KnownForecasts final : public RatingPredictor {
 public:
  KnownForecasts(std::string name, RatingBiases biases) : name_(std::move(name)), biases_(std::move(biases)) {}

  void add(std::int32_t user, std::int32_t item, const RatingForecast& forecast) { forecasts_[key_of(user, item)] = forecast; }
  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] RatingForecast predict(std::int32_t user, std::int32_t item) const override {
    const auto found = forecasts_.find(key_of(user, item));
    return found == forecasts_.end() ? biases_.predict(user, item) : found->second;
  }

 private:
  static std::uint64_t key_of(std::int32_t user, std::int32_t item) {
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(user)) << 32U | static_cast<std::uint32_t>(item);
  }

  std::string name_;
  RatingBiases biases_;
  std::unordered_map<std::uint64_t, RatingForecast> forecasts_;
};

}  // namespace cineloom
