#include "evaluation.hpp"

#include <chrono>
#include <fmt/format.h>
#include <system_error>

namespace loci::bench {

Result<store::Done> store_all(RankingSystem& system,
                              std::vector<Conversation> const& conversations) {
    for (auto const& conversation : conversations) {
        if (auto const stored = system.store(conversation); !stored) {
            return stored.error();
        }
    }
    return store::Done{};
}

Result<Scoreboard> ask_all(RankingSystem& system, std::vector<Conversation> const& conversations) {
    constexpr std::size_t deepest = 20;
    Scoreboard scoreboard;
    for (auto const& conversation : conversations) {
        for (auto const& question : conversation.questions) {
            auto const ranked = system.rank(conversation, question, deepest);
            if (!ranked) {
                return ranked.error();
            }
            scoreboard.add(conversation.name, question.category, question.evidence, *ranked);
        }
    }
    return scoreboard;
}

ScratchDirectory::ScratchDirectory()
    : path_(std::filesystem::temp_directory_path() /
            fmt::format("bench_recall_{}",
                        std::chrono::steady_clock::now().time_since_epoch().count())) {
    std::filesystem::create_directory(path_);
}

ScratchDirectory::~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

} // namespace loci::bench
