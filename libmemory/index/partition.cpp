#include "index/partition.hpp"

#include "index/segmented_index.hpp"

#include <algorithm>
#include <bit>

namespace loci::index {
namespace {

std::int64_t micros_or_never(std::optional<Timestamp> const& at) noexcept {
    return at ? to_micros(*at) : never;
}

Entry const& entry_at(PartitionState const& state, std::size_t position) noexcept {
    return (*(*state.chunks)[position / chunk_rows])[position % chunk_rows];
}

} // namespace

std::optional<std::uint32_t> find_key(PartitionState const& state, std::int64_t key) noexcept {
    std::size_t low = 0;
    std::size_t high = state.size;
    while (low < high) {
        auto const middle = low + (high - low) / 2;
        if (entry_at(state, middle).key < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == state.size || entry_at(state, low).key != key) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(low);
}

std::optional<std::uint32_t> OwnerView::position_of(std::int64_t key) const noexcept {
    return find_key(state_, key);
}

bool OwnerView::has_vectors(Bitmap const& positions) const noexcept {
    auto const words = positions.words();
    for (std::size_t index = 0; index < words.size(); ++index) {
        for (auto word = words[index]; word != 0; word &= word - 1) {
            if (has_vector(static_cast<std::uint32_t>(index * 64) +
                           static_cast<std::uint32_t>(std::countr_zero(word)))) {
                return true;
            }
        }
    }
    return false;
}

std::vector<std::uint32_t> OwnerView::turns_of(std::int64_t episode) const {
    if (!partition_) {
        return {};
    }
    auto turns = partition_->episodes().rows_of(episode);
    std::erase_if(turns, [&](std::uint32_t position) {
        return position >= size() || this->episode(position) != episode || !sequence(position);
    });
    // Rows are in key order: among equal sequences the position decides.
    std::sort(turns.begin(), turns.end(), [&](std::uint32_t left, std::uint32_t right) {
        return std::pair{*sequence(left), left} < std::pair{*sequence(right), right};
    });
    return turns;
}

Partition::Partition(std::size_t dimension)
    : vectors_(std::make_unique<SegmentedIndex>(dimension))
    , dimension_(dimension) {}

MemoryColumns Partition::columns_of(Row const& row) {
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
            .subject = strings_.intern(row.scope.subject),
            .organization = strings_.intern(row.scope.organization),
            .agent = strings_.intern(row.scope.agent),
            .space = strings_.intern(row.scope.space),
            .session = strings_.intern(row.scope.session),
            .project = strings_.intern(row.scope.project),
            .user = strings_.intern(std::string_view{row.user}),
            .nature = strings_.intern(row.nature),
            .source = strings_.intern(row.source),
            .speaker = strings_.intern(row.speaker),
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
    entry.type = strings_.intern(row.type);
    entry.language = strings_.intern(row.language);
    entry.words = row.words;
    entry.revision = row.revision;
    entry.index_state = row.index_state;
    if (!row.tags.empty()) {
        std::vector<std::uint32_t> tags;
        for (auto const& tag : row.tags) {
            tags.push_back(strings_.intern(std::string_view{tag}));
        }
        std::sort(tags.begin(), tags.end());
        entry.tags = tag_lists_.emplace_back(std::move(tags));
    }
    return entry;
}

Entry& Partition::writable(std::uint32_t position) {
    auto const index = position / chunk_rows;
    if (own_chunks_.insert(index).second) {
        auto chunks = std::make_shared<Chunks>(*working_.chunks);
        (*chunks)[index] = std::make_shared<Chunk>(*(*chunks)[index]);
        working_.chunks = std::move(chunks);
    }
    return (*(*working_.chunks)[index])[position % chunk_rows];
}

void Partition::share(MemoryColumns const& memory, std::uint32_t latest) {
    for (auto next = latest + 1; next != 0;) {
        auto const position = next - 1;
        auto const& entry = entry_at(working_, position);
        next = entry.previous;
        if (!(entry.memory == memory)) {
            note_turn(memory, position);
            writable(position).memory = memory;
        }
    }
}

void Partition::note_language(std::uint32_t language) {
    auto const& known = *working_.languages;
    if (language != 0 && !std::binary_search(known.begin(), known.end(), language)) {
        auto more = known;
        more.insert(std::upper_bound(more.begin(), more.end(), language), language);
        working_.languages = std::make_shared<std::vector<std::uint32_t> const>(std::move(more));
    }
}

void Partition::note_turn(MemoryColumns const& memory, std::uint32_t position) {
    if (memory.episode && memory.sequence) {
        episodes_.add(*memory.episode, position);
    }
}

bool Partition::append(Row const& row) {
    auto const fits = row.vector.empty() || row.vector.size() == dimension_;
    if (!fits || (working_.size > 0 && entry_at(working_, working_.size - 1).key >= row.key)) {
        return false;
    }
    auto const position = static_cast<std::uint32_t>(working_.size);
    if (position % chunk_rows == 0) {
        auto chunks = std::make_shared<Chunks>(*working_.chunks);
        chunks->push_back(std::make_shared<Chunk>());
        working_.chunks = std::move(chunks);
        own_chunks_.insert(position / chunk_rows);
    }
    auto entry = entry_of(row);
    entry.has_vector = !row.vector.empty();
    if (auto const before = latest_.find(row.memory); before != latest_.end()) {
        entry.previous = before->second + 1;
        share(entry.memory, before->second);
        if (entry_at(working_, before->second).ended_at == never) {
            writable(before->second).ended_at = entry.recorded_at;
        }
    }
    if (entry.has_vector) {
        vectors_->add(position, row.vector);
    }
    note_language(entry.language);
    note_turn(entry.memory, position);
    latest_[row.memory] = position;
    (*(*working_.chunks)[position / chunk_rows])[position % chunk_rows] = entry;
    ++working_.size;
    return true;
}

bool Partition::restamp(Row const& row) {
    auto const position = find_key(working_, row.key);
    auto const fits = row.vector.empty() || row.vector.size() == dimension_;
    if (!position || !fits) {
        return false;
    }
    auto entry = entry_of(row);
    auto const& old = entry_at(working_, *position);
    entry.previous = old.previous;
    entry.has_vector = old.has_vector || !row.vector.empty();
    entry.erased = old.erased;
    if (!entry.tags.empty() && std::ranges::equal(entry.tags, old.tags)) {
        entry.tags = old.tags; // or each stamp would add a list for good
        tag_lists_.pop_back();
    }
    if (entry.has_vector && !old.has_vector) {
        vectors_->add(*position, row.vector);
    }
    note_language(entry.language);
    note_turn(entry.memory, *position);
    writable(*position) = entry;
    auto const latest = latest_.find(row.memory);
    if (latest != latest_.end()) {
        share(entry.memory, latest->second);
    }
    return true;
}

void Partition::erase(std::int64_t key) {
    auto const position = find_key(working_, key);
    if (!position || entry_at(working_, *position).erased) {
        return;
    }
    auto& entry = writable(*position);
    entry.erased = true;
    vectors_->remove(*position);
    ++working_.erased;
    auto const latest = latest_.find(entry.memory.number);
    if (latest != latest_.end() && latest->second == *position) {
        latest_.erase(latest);
    }
}

void Partition::publish() {
    std::lock_guard const lock{mutex_};
    published_ = working_;
    own_chunks_.clear();
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

} // namespace loci::index
