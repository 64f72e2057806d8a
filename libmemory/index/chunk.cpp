#include "index/chunk.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace loci::index {
namespace {

std::optional<std::int64_t> present(std::int64_t value) noexcept {
    return value == Chunk::none ? std::nullopt : std::optional{value};
}

std::optional<double> present(double value) noexcept {
    return std::isnan(value) ? std::nullopt : std::optional{value};
}

} // namespace

void Chunk::put(std::size_t row, Entry const& entry) {
    key.set(row, entry.key, rows);
    recorded_at.set(row, entry.recorded_at, rows);
    ended_at.set(row, entry.ended_at, rows);
    valid_from.set(row, entry.valid_from, rows);
    valid_to.set(row, entry.valid_to, rows);
    confidence.set(row, entry.confidence.value_or(no_number), rows);
    tags.set(row, entry.tags, rows);
    type.set(row, entry.type, rows);
    language.set(row, entry.language, rows);
    words.set(row, entry.words, rows);
    revision.set(row, entry.revision, rows);
    index_state.set(row, static_cast<std::uint8_t>(entry.index_state), rows);
    if (row == rows) {
        first.set(row, 0, rows);
        latest.set(row, 0, rows);
    }
    has_vector.assign(row, entry.has_vector);
    put_memory(row, entry.memory);
    rows = std::max(rows, row + 1);
    judge(row);
}

void Chunk::put_memory(std::size_t row, MemoryColumns const& values) {
    memory.set(row, values.number, rows);
    created_at.set(row, values.created_at, rows);
    updated_at.set(row, values.updated_at, rows);
    expires_at.set(row, values.expires_at, rows);
    superseded_at.set(row, values.superseded_at, rows);
    expired_at.set(row, values.expired_at, rows);
    contested_at.set(row, values.contested_at, rows);
    forgotten_at.set(row, values.forgotten_at, rows);
    episode.set(row, values.episode.value_or(none), rows);
    sequence.set(row, values.sequence.value_or(none), rows);
    importance.set(row, values.importance.value_or(no_number), rows);
    subject.set(row, values.subject, rows);
    organization.set(row, values.organization, rows);
    agent.set(row, values.agent, rows);
    space.set(row, values.space, rows);
    session.set(row, values.session, rows);
    project.set(row, values.project, rows);
    user.set(row, values.user, rows);
    nature.set(row, values.nature, rows);
    source.set(row, values.source, rows);
    speaker.set(row, values.speaker, rows);
    level.set(row, values.level.value_or(no_level), rows);
    kind.set(row, static_cast<std::uint8_t>(values.kind), rows);
    sensitivity.set(row, static_cast<std::uint8_t>(values.sensitivity), rows);
}

void Chunk::judge(std::size_t row) noexcept {
    auto const hidden_at =
        revised.test(row)
            ? ended_at[row]
            : std::min({ended_at[row], superseded_at[row], expired_at[row], forgotten_at[row]});
    auto const open = hidden_at == never && !erased.test(row) && !revised.test(row);
    shown.assign(row, open && expires_at[row] == never);
    expiring.assign(row, open && expires_at[row] != never);
    if (hidden_at != never) {
        last_hidden = std::max(last_hidden, hidden_at);
    }
}

Entry Chunk::entry(std::size_t row) const {
    return {.memory = memory_columns(row),
            .key = key[row],
            .recorded_at = recorded_at[row],
            .ended_at = ended_at[row],
            .valid_from = valid_from[row],
            .valid_to = valid_to[row],
            .confidence = present(confidence[row]),
            .tags = tags[row],
            .type = type[row],
            .language = language[row],
            .words = words[row],
            .revision = revision[row],
            .index_state = static_cast<memory::IndexState>(index_state[row]),
            .has_vector = has_vector.test(row),
            .erased = erased.test(row)};
}

MemoryColumns Chunk::memory_columns(std::size_t row) const {
    return {.number = memory[row],
            .created_at = created_at[row],
            .updated_at = updated_at[row],
            .expires_at = expires_at[row],
            .superseded_at = superseded_at[row],
            .expired_at = expired_at[row],
            .contested_at = contested_at[row],
            .forgotten_at = forgotten_at[row],
            .episode = present(episode[row]),
            .sequence = present(sequence[row]),
            .importance = present(importance[row]),
            .subject = subject[row],
            .organization = organization[row],
            .agent = agent[row],
            .space = space[row],
            .session = session[row],
            .project = project[row],
            .user = user[row],
            .nature = nature[row],
            .source = source[row],
            .speaker = speaker[row],
            .level = level[row] == no_level ? std::nullopt : std::optional<int>{level[row]},
            .kind = static_cast<memory::Kind>(kind[row]),
            .sensitivity = static_cast<memory::Sensitivity>(sensitivity[row])};
}

std::size_t Chunk::bytes() const noexcept {
    auto const columns =
        std::tie(key, recorded_at, ended_at, valid_from, valid_to, confidence, tags, type, language,
                 words, revision, index_state, first, latest, memory, created_at, updated_at,
                 expires_at, superseded_at, expired_at, contested_at, forgotten_at, episode,
                 sequence, importance, subject, organization, agent, space, session, project, user,
                 nature, source, speaker, level, kind, sensitivity);
    return sizeof(Chunk) +
           std::apply([](auto const&... column) { return (column.bytes() + ...); }, columns);
}

} // namespace loci::index
