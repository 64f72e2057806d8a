#include "index/partition.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace loci::index {
namespace {

std::int64_t micros_or_never(std::optional<Timestamp> const& at) noexcept {
    return at ? to_micros(*at) : never;
}

} // namespace

std::int64_t key_at(PartitionState const& state, std::uint32_t position) noexcept {
    return state.chunk_of(position).key[position % chunk_rows];
}

std::optional<std::uint32_t> find_key(PartitionState const& state, std::int64_t key) noexcept {
    if (state.size == 0) {
        return std::nullopt;
    }
    auto const end = static_cast<std::uint32_t>(state.size);
    auto const first = key_at(state, 0);
    auto const last = key_at(state, end - 1);
    if (key < first || key > last) {
        return std::nullopt;
    }
    // Keys of an owner who writes alone are dense: then this is the place.
    auto const share = static_cast<double>(key - first) /
                       static_cast<double>(std::max<std::int64_t>(last - first, 1));
    auto const guess =
        static_cast<std::uint32_t>(std::lround(share * static_cast<double>(end - 1)));
    if (key_at(state, guess) == key) {
        return guess;
    }
    std::uint32_t low = 0;
    auto high = end;
    while (low < high) {
        auto const middle = low + (high - low) / 2;
        if (key_at(state, middle) < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == state.size || key_at(state, low) != key) {
        return std::nullopt;
    }
    return low;
}

std::uint32_t latest_of(PartitionState const& state, std::uint32_t position) noexcept {
    auto const& chunk = state.chunk_of(position);
    auto const row = position % chunk_rows;
    if (!chunk.revised.test(row)) {
        return position;
    }
    auto const first = chunk.first[row] == 0 ? position : chunk.first[row] - 1;
    return state.chunk_of(first).latest[first % chunk_rows] - 1;
}

Entry entry_at(PartitionState const& state, std::uint32_t position) {
    auto entry = state.chunk_of(position).entry(position % chunk_rows);
    auto const latest = latest_of(state, position);
    if (latest != position) {
        entry.memory = state.chunk_of(latest).memory_columns(latest % chunk_rows);
    }
    return entry;
}

Partition::Partition(std::size_t dimension, SegmentLimits limits)
    : vectors_(std::make_unique<SegmentedIndex>(dimension, limits))
    , dimension_(dimension) {}

MemoryColumns Partition::columns_of(Row const& row) {
    auto& strings = texts_.strings;
    return {.number = row.memory,
            .created_at = to_micros(row.created_at),
            .updated_at = to_micros(row.updated_at),
            .expires_at = micros_or_never(row.expires_at),
            .superseded_at = micros_or_never(row.superseded_at),
            .expired_at = micros_or_never(row.expired_at),
            .contested_at = micros_or_never(row.contested_at),
            .forgotten_at = micros_or_never(row.forgotten_at),
            .episode = row.episode,
            .sequence = row.sequence,
            .importance = row.importance,
            .subject = strings.intern(row.scope.subject),
            .organization = strings.intern(row.scope.organization),
            .agent = strings.intern(row.scope.agent),
            .space = strings.intern(row.scope.space),
            .session = strings.intern(row.scope.session),
            .project = strings.intern(row.scope.project),
            .user = strings.intern(std::string_view{row.user}),
            .nature = strings.intern(row.nature),
            .source = strings.intern(row.source),
            .speaker = strings.intern(row.speaker),
            .level = row.level,
            .kind = row.kind,
            .sensitivity = row.sensitivity};
}

Entry Partition::entry_of(Row const& row) {
    Entry entry;
    entry.memory = columns_of(row);
    entry.key = row.key;
    entry.recorded_at = to_micros(row.recorded_at);
    entry.ended_at = micros_or_never(row.ended_at);
    entry.valid_from = micros_or_never(row.valid_from);
    entry.valid_to = micros_or_never(row.valid_to);
    entry.confidence = row.confidence;
    entry.type = texts_.strings.intern(row.type);
    entry.language = texts_.strings.intern(row.language);
    entry.words = row.words;
    entry.revision = row.revision;
    entry.index_state = row.index_state;
    TagLists::Tags tags;
    for (auto const& tag : row.tags) {
        tags.push_back(texts_.strings.intern(std::string_view{tag}));
    }
    entry.tags = texts_.tag_lists.intern(std::move(tags));
    return entry;
}

Chunk& Partition::writable(std::uint32_t position) {
    auto const index = position / chunk_rows;
    if (own_chunks_.insert(index).second) {
        if (!owns_list_) {
            chunks_ = std::make_shared<Chunks>(*chunks_);
            working_.chunks = chunks_;
            owns_list_ = true;
        }
        if (index == chunks_->size()) {
            chunks_->push_back(std::make_shared<Chunk>());
        } else {
            auto& chunk = (*chunks_)[index];
            chunk_bytes_ -= chunk->bytes();
            chunk = std::make_shared<Chunk>(*chunk);
        }
    }
    return *(*chunks_)[index];
}

std::optional<std::uint32_t> Partition::first_row_of(std::int64_t memory) const {
    auto const number = [&](std::uint32_t position) {
        return working_.chunk_of(position).memory[position % chunk_rows];
    };
    if (first_rows_.empty() || number(first_rows_.back()) < memory) {
        return std::nullopt;
    }
    auto const found = std::ranges::lower_bound(first_rows_, memory, {}, number);
    return number(*found) == memory ? std::optional{*found} : std::nullopt;
}

void Partition::note_first(std::int64_t memory, std::uint32_t position) {
    auto const number = [&](std::uint32_t row) {
        return working_.chunk_of(row).memory[row % chunk_rows];
    };
    auto const place = first_rows_.empty() || number(first_rows_.back()) < memory
                           ? first_rows_.end()
                           : std::ranges::upper_bound(first_rows_, memory, {}, number);
    first_rows_.insert(place, position);
}

/// The row at `position` is the newest revision of the memory that begins at `first`.
void Partition::follow(std::uint32_t first, std::uint32_t position) {
    auto const before = latest_of(working_, first);
    auto const row = before % chunk_rows;
    note_move(first, before, working_.chunk_of(position).memory_columns(position % chunk_rows));
    auto& newest = writable(position);
    newest.first.set(position % chunk_rows, first + 1, newest.rows);
    auto& root = writable(first);
    root.latest.set(first % chunk_rows, position + 1, root.rows);
    auto& chunk = writable(before);
    chunk.revised.assign(row, true);
    if (chunk.ended_at[row] == never) {
        chunk.ended_at.set(row, newest.recorded_at[position % chunk_rows], chunk.rows);
    }
    chunk.judge(row);
}

void Partition::note_language(std::uint32_t language) {
    auto const& known = *working_.languages;
    if (language != 0 && !std::binary_search(known.begin(), known.end(), language)) {
        auto more = known;
        more.insert(std::upper_bound(more.begin(), more.end(), language), language);
        working_.languages = std::make_shared<std::vector<std::uint32_t> const>(std::move(more));
    }
}

void Partition::note_turn(std::uint32_t position, MemoryColumns const& memory) {
    if (memory.episode && memory.sequence) {
        episodes_.add(*memory.episode, position);
    }
}

// Few memories ever change their place: a sweep over the rows will do.
void Partition::note_move(std::uint32_t first, std::uint32_t before, MemoryColumns const& memory) {
    auto const old = working_.chunk_of(before).memory_columns(before % chunk_rows);
    if (old.episode == memory.episode && old.sequence.has_value() == memory.sequence.has_value()) {
        return;
    }
    for (auto position = first; position < working_.size; ++position) {
        if (working_.chunk_of(position).memory[position % chunk_rows] == memory.number) {
            note_turn(position, memory);
        }
    }
}

bool Partition::append(Row const& row) {
    return append(entry_of(row), row.vector);
}

bool Partition::append(Entry entry, std::span<float const> vector) {
    auto const fits = vector.empty() || vector.size() == dimension_;
    if (!fits || (working_.size > 0 &&
                  key_at(working_, static_cast<std::uint32_t>(working_.size - 1)) >= entry.key)) {
        return false;
    }
    auto const position = static_cast<std::uint32_t>(working_.size);
    entry.has_vector = !vector.empty();
    if (entry.has_vector) {
        vectors_->add(position, vector);
    }
    writable(position).put(position % chunk_rows, entry);
    ++working_.size;
    note_language(entry.language);
    note_turn(position, entry.memory);
    if (auto const first = first_row_of(entry.memory.number)) {
        follow(*first, position);
    } else {
        note_first(entry.memory.number, position);
    }
    return true;
}

bool Partition::add_vector(std::int64_t key, std::span<float const> vector) {
    auto const position = find_key(working_, key);
    auto const fits = !vector.empty() && vector.size() == dimension_;
    if (!position || !fits ||
        working_.chunk_of(*position).has_vector.test(*position % chunk_rows)) {
        return false;
    }
    vectors_->add(*position, vector);
    writable(*position).has_vector.assign(*position % chunk_rows, true);
    return true;
}

void Partition::take_vectors(std::unique_ptr<SegmentedIndex> vectors) {
    auto const codes = vectors->codes();
    for (std::uint32_t position = 0; position < working_.size; ++position) {
        if (codes.holds(position)) {
            writable(position).has_vector.assign(position % chunk_rows, true);
        }
    }
    vectors_ = std::move(vectors);
}

bool Partition::restamp(Row const& row) {
    auto const position = find_key(working_, row.key);
    auto const fits = row.vector.empty() || row.vector.size() == dimension_;
    if (!position || !fits) {
        return false;
    }
    auto const texts = texts_.strings.size() + texts_.tag_lists.size();
    auto entry = entry_of(row);
    working_.abandoned_texts += texts_.strings.size() + texts_.tag_lists.size() - texts;
    auto const old = working_.chunk_of(*position).entry(*position % chunk_rows);
    entry.has_vector = old.has_vector || !row.vector.empty();
    if (entry.has_vector && !old.has_vector) {
        vectors_->add(*position, row.vector);
    }
    note_language(entry.language);
    auto const latest = latest_of(working_, *position);
    note_move(first_row_of(old.memory.number).value_or(*position), latest, entry.memory);
    auto& home = writable(latest);
    home.put_memory(latest % chunk_rows, entry.memory);
    home.judge(latest % chunk_rows);
    if (latest != *position) {
        entry.memory = old.memory;
    }
    writable(*position).put(*position % chunk_rows, entry);
    return true;
}

void Partition::erase(std::int64_t key) {
    auto const position = find_key(working_, key);
    if (!position || working_.chunk_of(*position).erased.test(*position % chunk_rows)) {
        return;
    }
    auto& chunk = writable(*position);
    chunk.erased.assign(*position % chunk_rows, true);
    chunk.judge(*position % chunk_rows);
    vectors_->remove(*position);
    ++working_.erased;
}

void Partition::publish() {
    for (auto const index : own_chunks_) {
        chunk_bytes_ += (*chunks_)[index]->bytes();
    }
    own_chunks_.clear();
    owns_list_ = false;
    auto const bytes = sizeof(Partition) + chunk_bytes_ +
                       first_rows_.capacity() * sizeof(std::uint32_t) + texts_.strings.bytes() +
                       texts_.tag_lists.bytes() + episodes_.bytes();
    std::lock_guard const lock{mutex_};
    published_ = working_;
    memory_bytes_ = bytes;
}

bool Partition::apply(RowChanges const& changes) {
    auto fits = true;
    for (auto const& row : changes.added) {
        fits = append(row) && fits;
    }
    for (auto const& row : changes.restamped) {
        fits = restamp(row) && fits;
    }
    for (auto const key : changes.erased) {
        erase(key);
    }
    publish();
    return fits;
}

PartitionState Partition::state() const {
    std::lock_guard const lock{mutex_};
    return published_;
}

std::size_t Partition::memory_bytes() const {
    auto const vectors = vectors_->memory_bytes();
    std::lock_guard const lock{mutex_};
    return memory_bytes_ + vectors;
}

} // namespace loci::index
