#pragma once
#include "store/directory.hpp"
#include "store/engine.hpp"
#include "store/reader_pool.hpp"
#include "store/writer.hpp"

#include <loci/store/database.hpp>
#include <mutex>

namespace loci::store {

class Database::Impl {
public:
    std::filesystem::path directory;
    Environment environment;
    FileHandle lock; ///< absent when read only
    std::unique_ptr<Engine> engine;
    std::unique_ptr<Writer> writer{}; ///< null when read only
    /// Gone before the writer, whose connection then empties the log as the last one.
    std::unique_ptr<ReaderPool> readers{};

    /// Given to `scrub_also`.
    struct Scrubbers {
        std::mutex mutex;
        std::vector<std::weak_ptr<std::function<Result<Done>()>>> all;
    };

    std::unique_ptr<Scrubbers> scrubbers = std::make_unique<Scrubbers>();

    std::optional<Error> maintain(std::function<void(Maintenance&)> const& work);
    Result<Done> clear_unused_bytes();
    Result<Done> scrub_derived();
};

Error read_only_error();

} // namespace loci::store
