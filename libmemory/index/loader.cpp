#include "index/loader.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cstring>
#include <fmt/format.h>

namespace loci::index {
namespace {

constexpr store::Sql rows_of_owner{R"sql(
SELECT revision.key, revision.memory, memory.subject, memory.organization, memory.agent,
       memory.space, memory.session, memory.project, memory.user, revision.tags, memory.kind,
       revision.type, memory.nature, memory.level, memory.sensitivity, memory.source,
       memory.speaker, memory.sequence, memory.episode, revision.language, revision.confidence,
       memory.importance, revision.index_state, revision.number, memory.created_at,
       memory.updated_at, revision.recorded_at, revision.ended_at, revision.valid_from,
       revision.valid_to, memory.expires_at, memory.superseded_at, memory.expired_at,
       memory.contested_at, memory.forgotten_at, revision.words, vector.data
FROM revision
JOIN memory ON memory.number = revision.memory
LEFT JOIN vector ON vector.revision = revision.key
    AND vector.model = (SELECT number FROM model WHERE id = ?2)
WHERE revision.owner = ?1
ORDER BY revision.key
)sql"};

std::vector<std::string> parse_tags(std::string_view text) {
    std::vector<std::string> tags;
    if (text == "[]") {
        return tags;
    }
    boost::json::error_code failed;
    auto const parsed =
        boost::json::parse(boost::json::string_view{text.data(), text.size()}, failed);
    if (!failed && parsed.is_array()) {
        for (auto const& tag : parsed.get_array()) {
            if (tag.is_string()) {
                tags.emplace_back(std::string_view{tag.get_string()});
            }
        }
    }
    return tags;
}

std::optional<int> optional_int(store::Rows const& rows, int column) {
    auto const value = rows.optional_integer(column);
    return value ? std::optional{static_cast<int>(*value)} : std::nullopt;
}

void read_memory_columns(store::Rows const& rows, Row& row) {
    row.memory = rows.integer(1);
    row.scope = {.subject = rows.optional_text(2),
                 .organization = rows.optional_text(3),
                 .agent = rows.optional_text(4),
                 .space = rows.optional_text(5),
                 .session = rows.optional_text(6),
                 .project = rows.optional_text(7)};
    row.user = rows.text(8);
    row.kind = memory::parse_kind(rows.text(10)).value_or(memory::Kind::memory);
    row.nature = rows.optional_text(12);
    row.level = optional_int(rows, 13);
    row.sensitivity =
        memory::parse_sensitivity(rows.text(14)).value_or(memory::Sensitivity::critical);
    row.source = rows.optional_text(15);
    row.speaker = rows.optional_text(16);
    row.sequence = rows.optional_integer(17);
    row.episode = rows.optional_integer(18);
    row.importance = rows.optional_real(21);
    row.created_at = rows.time(24);
    row.updated_at = rows.time(25);
    row.expires_at = rows.optional_time(30);
    row.superseded_at = rows.optional_time(31);
    row.expired_at = rows.optional_time(32);
    row.contested_at = rows.optional_time(33);
    row.forgotten_at = rows.optional_time(34);
}

void read_revision_columns(store::Rows const& rows, Row& row) {
    row.key = rows.integer(0);
    row.tags = parse_tags(rows.text(9));
    row.type = rows.optional_text(11);
    row.language = rows.optional_text(19);
    row.confidence = rows.optional_real(20);
    row.index_state =
        memory::parse_index_state(rows.text(22)).value_or(memory::IndexState::pending);
    row.revision = static_cast<int>(rows.integer(23));
    row.recorded_at = rows.time(26);
    row.ended_at = rows.optional_time(27);
    row.valid_from = rows.optional_time(28);
    row.valid_to = rows.optional_time(29);
    row.words = static_cast<std::uint32_t>(rows.integer(35));
}

// A vector of another length than the model's is damage: words still find the row.
std::vector<float> read_vector(store::Rows const& rows, std::size_t dimension) {
    if (rows.is_null(36)) {
        return {};
    }
    auto const bytes = rows.blob(36);
    if (bytes.size() != dimension * sizeof(float)) {
        return {};
    }
    std::vector<float> vector(dimension);
    std::memcpy(vector.data(), bytes.data(), bytes.size());
    return vector;
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
                                          std::string_view model, std::size_t dimension) {
    auto partition = std::make_shared<Partition>(dimension);
    auto rows = transaction.query(rows_of_owner, owner, model);
    while (rows.next()) {
        Row row;
        row.owner = owner;
        read_memory_columns(rows, row);
        read_revision_columns(rows, row);
        row.vector = read_vector(rows, dimension);
        partition->append(row);
    }
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
        auto const& entry = view.entry(position);
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
        for (auto const tag : entry.tags) {
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
