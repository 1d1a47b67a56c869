#pragma once

#include <array>
#include <string_view>

/// Places that English plots name most. Written for Cineloom.
namespace cineloom::plot {

inline constexpr std::array<std::string_view, 100> kPlaces = {
    "America",     "England",   "Britain",     "Scotland",   "Ireland",    "Wales",       "France",       "Germany",    "Italy",         "Spain",
    "Russia",      "China",     "Japan",       "India",      "Canada",     "Mexico",      "Brazil",       "Australia",  "Africa",        "Europe",
    "Asia",        "Egypt",     "Israel",      "Iraq",       "Iran",       "Afghanistan", "Pakistan",     "Vietnam",    "Korea",         "Cuba",
    "Poland",      "Austria",   "Switzerland", "Sweden",     "Norway",     "Denmark",     "Greece",       "Turkey",     "Netherlands",   "Belgium",
    "Portugal",    "Hungary",   "Ukraine",     "London",     "Paris",      "Berlin",      "Rome",         "Venice",     "Madrid",        "Vienna",
    "Moscow",      "Tokyo",     "Beijing",     "Shanghai",   "Hong Kong",  "Mumbai",      "Delhi",        "Sydney",     "New York",      "New York City",
    "Manhattan",   "Brooklyn",  "Los Angeles", "Hollywood",  "Chicago",    "Boston",      "Philadelphia", "Washington", "San Francisco", "Las Vegas",
    "Miami",       "Detroit",   "Texas",       "California", "Florida",    "Nevada",      "Arizona",      "Alaska",     "Hawaii",        "Louisiana",
    "New Orleans", "Seattle",   "Dallas",      "Houston",    "Manchester", "Liverpool",   "Oxford",       "Cambridge",  "Edinburgh",     "Dublin",
    "Belfast",     "Amsterdam", "Prague",      "Budapest",   "Warsaw",     "Istanbul",    "Cairo",        "Jerusalem",  "Baghdad",       "Tehran"};

/// Last words of places' names.
inline constexpr std::array<std::string_view, 40> kPlaceEndings = {
    "City",   "Street",   "Avenue",    "Road",   "County", "River",  "Lake",    "Island", "Islands", "Beach", "Bay",    "Park",     "Hill",       "Hills",
    "Valley", "Mountain", "Mountains", "Castle", "Palace", "House",  "Hall",    "Manor",  "Hotel",   "Inn",   "Prison", "Hospital", "University", "College",
    "School", "Airport",  "Station",   "Bridge", "Square", "Harbor", "Harbour", "Falls",  "Forest",  "Creek", "Desert", "Theatre"};

}  // namespace cineloom::plot
