#pragma once

namespace cineloom::store {

/// The simplified form of a traditional Han character by OpenCC's table of single characters; other characters, and all where the tables
/// are not installed, stay. The first Han character of a process reads the tables. Any thread.
char32_t simplified(char32_t character);

}  // namespace cineloom::store
