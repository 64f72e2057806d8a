#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <loci/base/result.hpp>
#include <string>
#include <vector>

/// A labelled set of conversations: `turns.jsonl` and `questions.jsonl` in one folder. The data
/// stay outside the project.
namespace loci::bench {

struct Turn {
    std::string id; ///< unique within its conversation
    std::string session;
    std::int64_t sequence = 0; ///< position in the session, from 1
    std::string speaker;
    std::string occurred_at; ///< RFC 3339
    std::string text;        ///< with ` [image: caption]` after it where there is one
};

struct Question {
    std::string text;
    std::string category;
    std::vector<std::string> evidence; ///< turn ids, not empty
};

struct Conversation {
    std::string name;
    std::vector<Turn> turns;
    std::vector<Question> questions;
};

/// Questions without evidence are left out. Errors: `not_found`, `invalid` (names file and line).
Result<std::vector<Conversation>> load_dataset(std::filesystem::path const& folder);

} // namespace loci::bench
