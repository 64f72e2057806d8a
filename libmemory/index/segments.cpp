#include "index/segments.hpp"

#include <algorithm>
#include <cstring>
#include <store/directory.hpp>
#include <system_error>
#include <thread>
#include <vector>

namespace loci::index {
namespace {

constexpr store::Sql select_identity{"SELECT identity FROM store_state WHERE only = 1"};

constexpr store::Sql select_vector{R"sql(
SELECT data FROM vector
WHERE revision = ?1 AND model = (SELECT number FROM model WHERE id = ?2)
)sql"};

constexpr store::Sql select_keys_in_range{R"sql(
SELECT revision FROM vector WHERE revision BETWEEN ?1 AND ?2 ORDER BY revision
)sql"};

// A file is written again when it lacks such a part of what is sealed: while more is being sealed,
// and when all is.
constexpr std::size_t part_worth_saving_while_busy = 4;
constexpr std::size_t part_worth_saving = 16;

std::vector<std::filesystem::path> files_in(std::filesystem::path const& directory) {
    std::vector<std::filesystem::path> files;
    std::error_code failed;
    for (auto file = std::filesystem::directory_iterator{directory, failed};
         !failed && file != std::filesystem::directory_iterator{}; file.increment(failed)) {
        if (is_segment_path(file->path())) {
            files.push_back(file->path());
        }
    }
    return files;
}

/// Half of the machine is left to those who wait.
std::size_t threads() noexcept {
    return std::max(1U, std::thread::hardware_concurrency() / 2);
}

std::int64_t recorded_at(PartitionState const& state, std::uint32_t position) noexcept {
    return state.chunk_of(position).recorded_at[position % chunk_rows];
}

/// Of ascending keys, which have a vector.
std::vector<bool> which_live(store::ReadTransaction& transaction,
                             std::span<std::int64_t const> keys) {
    std::vector<bool> live(keys.size());
    if (keys.empty()) {
        return live;
    }
    auto rows = transaction.query(select_keys_in_range, keys.front(), keys.back());
    auto more = rows.next();
    for (std::size_t i = 0; i < keys.size() && more; ++i) {
        while (more && rows.integer(0) < keys[i]) {
            more = rows.next();
        }
        live[i] = more && rows.integer(0) == keys[i];
    }
    return live;
}

/// Whether the code is that of the stored vector.
bool is_stored(store::ReadTransaction& transaction, std::string_view model, std::int64_t key,
               std::span<Half const> code) {
    auto rows = transaction.query(select_vector, key, model);
    if (!rows.next() || rows.blob(0).size() != code.size() * sizeof(float)) {
        return false;
    }
    std::vector<float> vector(code.size());
    std::memcpy(vector.data(), rows.blob(0).data(), rows.blob(0).size());
    std::vector<Half> expected(code.size());
    kernel(best_instructions()).encode(vector.data(), expected.data(), expected.size());
    return std::ranges::equal(code, expected);
}

/// Finds rows by ascending keys.
class RowFinder {
public:
    explicit RowFinder(PartitionState state)
        : state_(std::move(state)) {}

    std::optional<SegmentRows::Place> find(std::int64_t key) {
        while (next_ < state_.size && key_at(state_, next_) < key) {
            ++next_;
        }
        if (next_ == state_.size || key_at(state_, next_) != key) {
            return std::nullopt;
        }
        return SegmentRows::Place{next_, recorded_at(state_, next_)};
    }

private:
    PartitionState state_;
    std::uint32_t next_ = 0;
};

} // namespace

Segments::Segments(SegmentOptions options)
    : options_(std::move(options)) {
    if (options_.has_thread) {
        background_.start();
    }
}

std::filesystem::path Segments::path_of(SegmentIdentity const& identity) const {
    return segment_path(options_.directory, identity.model, identity.owner);
}

Uuid Segments::database_id(store::ReadTransaction& transaction) {
    std::lock_guard const lock{mutex_};
    if (!database_id_) {
        auto rows = transaction.query(select_identity);
        database_id_ = rows.next() ? rows.uuid(0) : Uuid{};
    }
    return *database_id_;
}

void Segments::load(store::ReadTransaction& transaction, std::int64_t owner, std::string_view model,
                    Partition& partition) {
    if (options_.directory.empty()) {
        return;
    }
    auto& sealing = partition.sealing();
    sealing.identity = {.database = database_id(transaction),
                        .model = std::string{model},
                        .owner = owner,
                        .dimension = partition.dimension()};
    auto state = partition.state();
    if (state.size < options_.limits.sealed_from / 2) {
        return;
    }
    auto vectors = std::make_unique<SegmentedIndex>(partition.dimension(), options_.limits);
    RowFinder rows{std::move(state)};
    std::shared_lock const lock{files_};
    auto const loaded = load_segment(path_of(sealing.identity), sealing.identity, *vectors,
                                     {.find = [&](std::int64_t key) { return rows.find(key); },
                                      .has_code =
                                          [&](std::int64_t key, std::span<Half const> code) {
                                              return is_stored(transaction, model, key, code);
                                          }});
    if (loaded) {
        auto const graph = vectors->graph();
        sealing.saved = graph ? graph->size() : 0;
        partition.take_vectors(std::move(vectors));
    }
}

void Segments::look_after(std::shared_ptr<Partition> const& partition) {
    if (partition->segments().wants_seal() && !partition->sealing().is_queued.exchange(true)) {
        background_.add([this, looked_after = std::weak_ptr{partition}](
                            std::stop_token const& stop) { return step(looked_after, stop); });
    }
}

// A step that throws leaves the partition as it was, to be looked after again.
bool Segments::step(std::weak_ptr<Partition> const& looked_after, std::stop_token const& stop) {
    auto const partition = looked_after.lock();
    if (!partition || partition->sealing().is_retired) {
        return false;
    }

    struct Leave {
        std::atomic<bool>& is_queued;
        bool again = false;

        ~Leave() { is_queued = again; }
    } leave{partition->sealing().is_queued};

    auto& vectors = partition->segments();
    if (vectors.wants_seal() && !vectors.seal(stop, threads())) {
        return false;
    }
    auto const is_busy = vectors.wants_seal();
    save_if_due(*partition, is_busy);
    leave.again = vectors.wants_seal();
    return leave.again;
}

void Segments::save_if_due(Partition& partition, bool is_busy) {
    auto& sealing = partition.sealing();
    if (options_.directory.empty() || sealing.identity.model != model()) {
        return;
    }
    auto const path = path_of(sealing.identity);
    auto const graph = partition.segments().graph();
    auto const size = graph ? graph->size() : 0;
    auto const part = is_busy ? part_worth_saving_while_busy : part_worth_saving;
    std::shared_lock const lock{files_};
    if (sealing.is_retired) {
        return;
    }
    if (size == 0) {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
        sealing.saved = 0;
    } else if ((size > sealing.saved + sealing.saved / part || size < sealing.saved) &&
               save(partition, path)) {
        sealing.saved = size;
    }
}

bool Segments::save(Partition& partition, std::filesystem::path const& path) const {
    auto const state = partition.state();
    auto const row_at = [&](std::uint32_t position) {
        return SegmentRow{key_at(state, position), recorded_at(state, position)};
    };
    return store::make_directory(options_.directory) &&
           save_segment(path, partition.sealing().identity, partition.segments(), state.size,
                        row_at);
}

void Segments::keep_only(std::string_view model) {
    {
        std::lock_guard const lock{mutex_};
        model_ = model;
    }
    if (!options_.directory.empty()) {
        background_.add([this](std::stop_token const&) {
            remove_others();
            return false;
        });
    }
}

std::string Segments::model() {
    std::lock_guard const lock{mutex_};
    return model_;
}

void Segments::remove_others() {
    auto const serving = model();
    std::unique_lock const lock{files_};
    for (auto const& file : files_in(options_.directory)) {
        if (!is_segment_path_of(file, serving)) {
            std::error_code ignored;
            std::filesystem::remove(file, ignored);
        }
    }
}

// With the lock before the snapshot, no file holds a vector that is newer than the snapshot.
Result<store::Done> Segments::scrub(store::Database& database) {
    std::unique_lock const lock{files_};
    auto const files = files_in(options_.directory);
    if (files.empty()) {
        return store::Done{};
    }
    return database.read<store::Done>(
        [&](store::ReadTransaction& transaction) -> Result<store::Done> {
            Result<store::Done> all = store::Done{};
            for (auto const& file : files) {
                auto const done = scrub_segment(file, [&](std::span<std::int64_t const> keys) {
                    return which_live(transaction, keys);
                });
                if (!done) {
                    all = done;
                }
            }
            return all;
        });
}

} // namespace loci::index
