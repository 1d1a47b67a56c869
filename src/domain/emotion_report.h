#pragma once

#include <boost/describe.hpp>
#include <string>
#include <vector>

#include "domain/knowledge.h"

namespace cineloom {

/// A share with the interval that holds it in 95 of 100 samples (Wilson 1927).
struct MeasuredShare {
  std::string name;
  int count = 0;  ///< that have it
  int of = 0;     ///< that could
  double share = 0;
  double low = 0;
  double high = 1;
};
BOOST_DESCRIBE_STRUCT(MeasuredShare, (), (name, count, of, share, low, high))

struct ReportedAspect {
  MeasuredShare positive;           ///< clauses that praise, of those that judge; named by the aspect
  MeasuredShare baseline;           ///< the same of other films, in the file and in the library; of none where they have too few clauses
  double intensity = 0;             ///< how strongly the clauses judge, mean of 0 .. 1
  std::vector<AspectQuote> quotes;  ///< `review` is the row in the file, from 1
};
BOOST_DESCRIBE_STRUCT(ReportedAspect, (), (positive, baseline, intensity, quotes))

/// How an audience feels about a film, from a file of reviews. Groups smaller than `minimum_group` are left out and counted.
struct EmotionReport {
  std::string film;
  int reviews = 0;                     ///< that were read
  int repeated = 0;                    ///< near duplicates, left out
  int unread = 0;                      ///< in languages without a model
  int minimum_group = 5;
  MeasuredShare positive;              ///< by the writers' stars (more than half) where they gave any, by the text where not
  MeasuredShare agreement;             ///< texts read as their clear stars say, of those that have stars
  std::vector<MeasuredShare> segments; ///< positive reviews by language
  std::vector<MeasuredShare> periods;  ///< positive reviews by month, or by year where there are several; empty without dates
  std::vector<MeasuredShare> parts;    ///< praise of the film's beginning, middle and end, of the clauses that judge it
  std::vector<MeasuredShare> emotions; ///< reviews that speak of it, most first
  std::vector<ReportedAspect> aspects; ///< most spoken of first
  double aspect_baseline = 0;          ///< share of praise over all aspects of all reviews that were read
  int baseline_reviews = 0;            ///< of other films, that the baselines were read from
  std::vector<int> stars;              ///< how many reviews of 1 .. 10: given, or else estimated from the text
  double controversy = 0;              ///< 0 all agree .. 1 half love it, half hate it
  int groups_left_out = 0;
  std::string language_model;          ///< that was asked to read reviews; empty if none was
  int read_by_model = 0;               ///< texts of all films that it read, each finding held against the text
  int model_refused = 0;               ///< whose answers did not hold; the trained models read these instead
  int model_unanswered = 0;            ///< that got no answer in time
  Arc arc;                             ///< the film's own, with what these reviews say of its moments; empty if it was not analysed
};
BOOST_DESCRIBE_STRUCT(EmotionReport, (),
                      (film, reviews, repeated, unread, minimum_group, positive, agreement, segments, periods, parts, emotions, aspects, aspect_baseline,
                       baseline_reviews, stars, controversy, groups_left_out, language_model, read_by_model, model_refused, model_unanswered, arc))

}  // namespace cineloom
