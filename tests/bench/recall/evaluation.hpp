#pragma once
#include "dataset.hpp"
#include "metrics.hpp"
#include "systems.hpp"

#include <filesystem>
#include <loci/base/result.hpp>
#include <vector>

namespace loci::bench {

Result<store::Done> store_all(RankingSystem& system,
                              std::vector<Conversation> const& conversations);

Result<Scoreboard> ask_all(RankingSystem& system, std::vector<Conversation> const& conversations);

/// An empty directory below the system's one for temporary files, removed with everything in it.
class ScratchDirectory {
public:
    ScratchDirectory();
    ScratchDirectory(ScratchDirectory const&) = delete;
    ScratchDirectory& operator=(ScratchDirectory const&) = delete;
    ~ScratchDirectory();

    std::filesystem::path const& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

} // namespace loci::bench
