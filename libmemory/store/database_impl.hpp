#pragma once
#include "store/directory.hpp"
#include "store/engine.hpp"
#include "store/reader_pool.hpp"
#include "store/writer.hpp"

#include <loci/store/database.hpp>

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

    std::optional<Error> maintain(std::function<void(Maintenance&)> const& work);
    Result<Done> clear_unused_bytes();
};

Error read_only_error();

} // namespace loci::store
