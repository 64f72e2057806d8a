#include "index/loader.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstring>
#include <fmt/format.h>

namespace loci::index {
namespace {

// Reading a column costs more than deciding in the statement that it is unset: what is rare is
// looked at only in rows that have some of it.
constexpr store::Sql rows_of_owner{R"sql(
SELECT revision.key, revision.memory, memory.space, memory.user, revision.tags, memory.kind,
       memory.sensitivity, revision.language, revision.index_state, revision.number,
       memory.created_at, memory.updated_at, revision.recorded_at, revision.words,
       COALESCE(memory.subject, memory.organization, memory.agent, memory.project, revision.type,
                memory.nature, memory.source) IS NOT NULL,
       memory.subject, memory.organization, memory.agent, memory.project, revision.type,
       memory.nature, memory.source,
       COALESCE(memory.session, memory.speaker, memory.sequence, memory.episode) IS NOT NULL,
       memory.session, memory.speaker, memory.sequence, memory.episode,
       COALESCE(revision.ended_at, revision.valid_from, revision.valid_to, memory.expires_at,
                memory.superseded_at, memory.expired_at, memory.contested_at,
                memory.forgotten_at) IS NOT NULL,
       revision.ended_at, revision.valid_from, revision.valid_to, memory.expires_at,
       memory.superseded_at, memory.expired_at, memory.contested_at, memory.forgotten_at,
       COALESCE(memory.level, memory.importance, revision.confidence) IS NOT NULL,
       memory.level, memory.importance, revision.confidence
FROM revision JOIN memory ON memory.number = revision.memory
WHERE revision.owner = ?1
ORDER BY revision.key
)sql"};

// Where most rows in a range of keys are wanted: one pass over the table.
constexpr store::Sql vectors_in_range{R"sql(
SELECT vector.revision, vector.data FROM vector
WHERE vector.revision BETWEEN ?1 AND ?2
    AND vector.model = (SELECT number FROM model WHERE id = ?3)
ORDER BY vector.revision
)sql"};

constexpr store::Sql vectors_of_owner{R"sql(
SELECT revision.key, vector.data FROM revision
JOIN vector ON vector.revision = revision.key
    AND vector.model = (SELECT number FROM model WHERE id = ?2)
WHERE revision.owner = ?1
ORDER BY revision.key
)sql"};

constexpr store::Sql vector_of_key{R"sql(
SELECT revision, data FROM vector
WHERE revision = ?1 AND model = (SELECT number FROM model WHERE id = ?2)
)sql"};

constexpr std::int64_t keys_a_row_worth_passing = 4;
constexpr std::size_t rows_worth_asking_for_one = 4;

/// In the time that one row takes which is not in the page cache, so many bytes are read in order.
constexpr std::int64_t bytes_a_row_worth_reading = 64 * 1024;
constexpr std::int64_t rows_worth_reading_ahead = 50'000;

/// The numbers of one column's texts. Neighbouring rows often agree.
class TextColumn {
public:
    std::uint32_t number(Strings& strings, store::Rows const& rows, int column) {
        if (rows.is_null(column)) {
            return 0;
        }
        auto const text = rows.text(column);
        if (number_ == 0 || text != text_) {
            text_ = text;
            number_ = strings.intern(text);
        }
        return number_;
    }

private:
    std::string text_;
    std::uint32_t number_ = 0;
};

/// The numbers of the lists of tags, likewise.
class TagsColumn {
public:
    std::uint32_t number(Texts& texts, std::string_view text) {
        if (text != text_) {
            text_ = text;
            number_ = texts.tag_lists.intern(parse(texts.strings, text));
        }
        return number_;
    }

private:
    static TagLists::Tags parse(Strings& strings, std::string_view text) {
        TagLists::Tags tags;
        boost::json::error_code failed;
        auto const parsed =
            boost::json::parse(boost::json::string_view{text.data(), text.size()}, failed);
        if (!failed && parsed.is_array()) {
            for (auto const& tag : parsed.get_array()) {
                if (tag.is_string()) {
                    tags.push_back(strings.intern(std::string_view{tag.get_string()}));
                }
            }
        }
        return tags;
    }

    std::string text_ = "[]";
    std::uint32_t number_ = 0;
};

std::int64_t integer_or_never(store::Rows const& rows, int column) {
    return rows.optional_integer(column).value_or(never);
}

/// Makes entries of the rows of `rows_of_owner`.
class EntryReader {
public:
    explicit EntryReader(Texts& texts)
        : texts_(texts) {}

    Entry read(store::Rows const& rows) {
        Entry entry;
        auto& memory = entry.memory;
        entry.key = rows.integer(0);
        memory.number = rows.integer(1);
        memory.space = text(rows, 2);
        memory.user = text(rows, 3);
        entry.tags = tags_.number(texts_, rows.text(4));
        memory.kind = memory::parse_kind(rows.text(5)).value_or(memory::Kind::memory);
        memory.sensitivity =
            memory::parse_sensitivity(rows.text(6)).value_or(memory::Sensitivity::critical);
        entry.language = text(rows, 7);
        entry.index_state =
            memory::parse_index_state(rows.text(8)).value_or(memory::IndexState::pending);
        entry.revision = static_cast<int>(rows.integer(9));
        memory.created_at = rows.integer(10);
        memory.updated_at = rows.integer(11);
        entry.recorded_at = rows.integer(12);
        entry.words = static_cast<std::uint32_t>(rows.integer(13));
        read_rare(rows, entry);
        return entry;
    }

private:
    std::uint32_t text(store::Rows const& rows, int column) {
        return columns_[static_cast<std::size_t>(column)].number(texts_.strings, rows, column);
    }

    void read_rare(store::Rows const& rows, Entry& entry) {
        auto& memory = entry.memory;
        if (rows.integer(14) != 0) {
            memory.subject = text(rows, 15);
            memory.organization = text(rows, 16);
            memory.agent = text(rows, 17);
            memory.project = text(rows, 18);
            entry.type = text(rows, 19);
            memory.nature = text(rows, 20);
            memory.source = text(rows, 21);
        }
        if (rows.integer(22) != 0) {
            memory.session = text(rows, 23);
            memory.speaker = text(rows, 24);
            memory.sequence = rows.optional_integer(25);
            memory.episode = rows.optional_integer(26);
        }
        if (rows.integer(27) != 0) {
            entry.ended_at = integer_or_never(rows, 28);
            entry.valid_from = integer_or_never(rows, 29);
            entry.valid_to = integer_or_never(rows, 30);
            memory.expires_at = integer_or_never(rows, 31);
            memory.superseded_at = integer_or_never(rows, 32);
            memory.expired_at = integer_or_never(rows, 33);
            memory.contested_at = integer_or_never(rows, 34);
            memory.forgotten_at = integer_or_never(rows, 35);
        }
        if (rows.integer(36) != 0) {
            if (auto const level = rows.optional_integer(37)) {
                memory.level = static_cast<int>(*level);
            }
            memory.importance = rows.optional_real(38);
            entry.confidence = rows.optional_real(39);
        }
    }

    Texts& texts_;
    std::array<TextColumn, 25> columns_;
    TagsColumn tags_;
};

// A vector of another length than the model's is damage: words still find the row. SQLite promises
// no alignment.
void read_vectors(store::Rows rows, Partition& partition, std::size_t dimension) {
    std::vector<float> vector(dimension);
    while (rows.next()) {
        auto const bytes = rows.blob(1);
        if (bytes.size() == dimension * sizeof(float) && !bytes.empty()) {
            std::memcpy(vector.data(), bytes.data(), bytes.size());
            partition.add_vector(rows.integer(0), vector);
        }
    }
}

/// In a partition that has no other state than the published one.
std::vector<std::int64_t> keys_without_vector(Partition const& partition) {
    std::vector<std::int64_t> keys;
    auto const codes = partition.codes();
    auto const state = partition.state();
    for (std::uint32_t position = 0; position < state.size; ++position) {
        if (!codes.holds(position)) {
            keys.push_back(key_at(state, position));
        }
    }
    return keys;
}

/// Those of rows that have none yet.
void read_missing_vectors(store::ReadTransaction& transaction, std::int64_t owner,
                          std::string_view model, Partition& partition) {
    auto const missing = keys_without_vector(partition);
    auto const dimension = partition.dimension();
    if (missing.empty()) {
        return;
    }
    auto const first = missing.front();
    auto const last = missing.back();
    if (last - first < std::ssize(missing) * keys_a_row_worth_passing) {
        read_vectors(transaction.query(vectors_in_range, first, last, model), partition, dimension);
    } else if (missing.size() * rows_worth_asking_for_one < partition.state().size) {
        for (auto const key : missing) {
            read_vectors(transaction.query(vector_of_key, key, model), partition, dimension);
        }
    } else {
        read_vectors(transaction.query(vectors_of_owner, owner, model), partition, dimension);
    }
}

std::string instants(Entry const& entry) {
    auto const& memory = entry.memory;
    return fmt::format("{} {} {} {} {} {} {} {} {} {} {}", memory.created_at, memory.updated_at,
                       memory.expires_at, memory.superseded_at, memory.expired_at,
                       memory.contested_at, memory.forgotten_at, entry.recorded_at, entry.ended_at,
                       entry.valid_from, entry.valid_to);
}

template <class T>
std::string or_none(std::optional<T> const& value) {
    return value ? fmt::format("{}", *value) : "none";
}

} // namespace

std::shared_ptr<Partition> load_partition(store::ReadTransaction& transaction, std::int64_t owner,
                                          std::string_view model, std::size_t dimension,
                                          Segments* segments) {
    auto partition = std::make_shared<Partition>(dimension, segments != nullptr ? segments->limits()
                                                                                : SegmentLimits{});
    EntryReader reader{partition->texts()};
    auto rows = transaction.query(rows_of_owner, owner);
    auto is_read_ahead = false;
    for (std::int64_t count = 1; rows.next(); ++count) {
        partition->append(reader.read(rows), {});
        if (count % rows_worth_reading_ahead == 0 && !is_read_ahead) {
            is_read_ahead = transaction.read_ahead(count * bytes_a_row_worth_reading);
        }
    }
    partition->publish();
    if (segments != nullptr) {
        segments->load(transaction, owner, model, *partition);
    }
    read_missing_vectors(transaction, owner, model, *partition);
    partition->publish();
    return partition;
}

std::map<std::int64_t, std::string> describe(OwnerView const& view, std::size_t dimension) {
    std::map<std::int64_t, std::string> lines;
    std::vector<float> probe(dimension);
    for (std::size_t i = 0; i < dimension; ++i) {
        probe[i] = 1.0F / static_cast<float>(i + 1);
    }
    auto const text = [&](std::uint32_t number) {
        return number == 0 ? std::string_view{"-"} : view.strings()->text(number);
    };
    for (std::uint32_t position = 0; position < view.size(); ++position) {
        auto const entry = view.entry(position);
        if (entry.erased) {
            continue;
        }
        auto const& memory = entry.memory;
        auto line = fmt::format("{} {}", memory.number, instants(entry));
        for (auto const number : {memory.subject, memory.organization, memory.agent, memory.space,
                                  memory.session, memory.project, memory.user, memory.nature,
                                  memory.source, memory.speaker, entry.type, entry.language}) {
            line += fmt::format("|{}", text(number));
        }
        std::vector<std::string_view> tags;
        for (auto const tag : view.texts()->tag_lists.tags(entry.tags)) {
            tags.push_back(text(tag));
        }
        std::sort(tags.begin(), tags.end());
        auto const nearness = view.vectors()->score(probe, std::span{&position, 1}).front();
        line += fmt::format("|{}|{} {} {} {} {} {} {} {} {} {} {}", fmt::join(tags, ","),
                            or_none(memory.episode), or_none(memory.sequence),
                            or_none(memory.importance), or_none(memory.level),
                            or_none(entry.confidence), static_cast<int>(memory.kind),
                            static_cast<int>(memory.sensitivity), entry.words, entry.revision,
                            static_cast<int>(entry.index_state), nearness);
        lines.emplace(entry.key, std::move(line));
    }
    return lines;
}

} // namespace loci::index
