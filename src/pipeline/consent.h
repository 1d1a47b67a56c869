#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/ids.h"
#include "domain/time.h"
#include "store/store.h"

namespace cineloom {

/// What a viewer may agree to or object to. Each one is asked before it is done.
enum class ConsentTopic {
  AnonymousExport  ///< that their tastes go into exports of groups' tastes; counts as given until they object
};
BOOST_DESCRIBE_ENUM(ConsentTopic, AnonymousExport)

/// One line of a viewer's log: it is only added to, is part of their data, and goes with them.
struct Consent {
  ConsentTopic topic = ConsentTopic::AnonymousExport;
  bool is_given = false;
  std::string text_version;  ///< of the words that were agreed to, as whoever asked calls it; 1 .. 100 bytes
  Timestamp at;
};
BOOST_DESCRIBE_STRUCT(Consent, (), (topic, is_given, text_version, at))

/// Adds a line. Errors: NotFound for an unknown viewer; InvalidArgument without a version of the text.
Expected<void> note_consent(Store& store, ViewerId viewer, const Consent& consent);
/// In the order in which they were said. Errors: NotFound.
Expected<std::vector<Consent>> consents_of(Store& store, ViewerId viewer);

enum class Standing { Given, Withdrawn, NeverAsked };
/// What the last line on the topic says.
Standing standing_of(const std::vector<Consent>& log, ConsentTopic topic);

}  // namespace cineloom
