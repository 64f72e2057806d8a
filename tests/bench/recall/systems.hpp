#pragma once
#include "dataset.hpp"

#include <cstddef>
#include <filesystem>
#include <loci/base/result.hpp>
#include <loci/memory/recall.hpp>
#include <loci/store/transaction.hpp>
#include <memory>
#include <string>
#include <vector>

namespace loci::bench {

/// Something that stores conversations and ranks their turns for a question.
class RankingSystem {
public:
    virtual ~RankingSystem() = default;
    virtual Result<store::Done> store(Conversation const& conversation) = 0;

    /// Turn ids of that conversation, best first, at most `limit`.
    virtual Result<std::vector<std::string>> rank(Conversation const& conversation,
                                                  Question const& question, std::size_t limit) = 0;
};

/// Where conversations are kept.
enum class Spaces { one_each, one_for_all };

/// A running server, asked through `/v1/memory/batch` and `/v1/memory/query`; spaces are named with
/// `run` in front, so that a server can be measured twice.
std::unique_ptr<RankingSystem> server_system(std::string url, std::string key, std::string run,
                                             Spaces spaces);

/// The library in this process, each conversation a space, asked with a profile.
class LibrarySystem : public RankingSystem {
public:
    virtual void use(memory::RecallProfile const& profile) = 0;
};

Result<std::unique_ptr<LibrarySystem>> library_system(std::filesystem::path const& directory);

/// The baseline: SQLite FTS5 (`porter unicode61`, its own bm25) over speaker and text, the
/// question's words joined by OR.
Result<std::unique_ptr<RankingSystem>> fts5_system(std::filesystem::path const& directory);

} // namespace loci::bench
