#include "api/memesh/dialect.hpp"
#include "api/memesh/handlers.hpp"
#include "api/memesh/shaping.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <loci/base/utf8.hpp>

namespace loci::server::memesh {
namespace {

constexpr std::size_t echoed_characters = 200;

std::string beginning(std::string_view content) {
    return std::string{first_code_points(content, echoed_characters)};
}

void note_index_state(Call& call, bool pending) {
    if (pending) {
        call.headers.emplace_back("X-Memory-Index", "pending");
    }
}

/// The words that clients know for what can happen to an item.
std::string item_code(Error const& error) {
    if (error.reason == "ROLLED_BACK" || error.reason == "QUOTA_EXCEEDED") {
        return error.reason;
    }
    return error.kind == ErrorKind::invalid || error.kind == ErrorKind::not_found
               ? "VALIDATION_ERROR"
               : "INTERNAL";
}

BatchFailure failure(std::size_t index, WriteRequest const& item, Error const& error) {
    return {static_cast<std::int64_t>(index), beginning(item.content), item_code(error),
            error.fields.empty() ? error.message : sentence(error.fields.front())};
}

Error rolled_back() {
    return {ErrorKind::conflict, "ROLLED_BACK", "Not stored, because another memory was refused"};
}

/// The outcome of every item, whether it reached the library or not.
struct Tally {
    BatchView view;
    Faults faults;
    bool pending = false;

    void fail(std::size_t index, WriteRequest const& item, Error const& error) {
        view.failures.push_back(failure(index, item, error));
        for (auto const& fault : error.fields) {
            auto placed = fault;
            placed.path =
                fmt::format("memories[{}]{}{}", index, fault.path.empty() ? "" : ".", fault.path);
            faults.push_back(std::move(placed));
        }
    }

    void succeed(std::size_t index, memory::Record const& record) {
        view.successes.push_back({static_cast<std::int64_t>(index), to_string(record.id.value),
                                  beginning(record.content), record.created_at});
        pending = pending || record.index_state != memory::IndexState::ready;
    }

    void count(std::size_t total, bool transactional) {
        view.total = static_cast<std::int64_t>(total);
        view.succeeded = static_cast<std::int64_t>(view.successes.size());
        view.failed = static_cast<std::int64_t>(view.failures.size());
        view.transactional = transactional;
    }
};

Tally nothing_stored(BatchRequest const& request) {
    Tally tally;
    for (std::size_t at = 0; at < request.memories.size(); ++at) {
        auto const& item = request.memories[at];
        tally.fail(at, item.value,
                   item.faults.empty() ? rolled_back() : validation_error(item.faults));
    }
    return tally;
}

Result<Tally> store(Call& call, BatchRequest const& request) {
    std::vector<memory::NewMemory> items;
    for (auto const& item : request.memories) {
        if (item.faults.empty()) {
            items.push_back(to_new_memory(call, item.value));
        }
    }
    auto const mode = request.transactional ? memory::WriteMode::all : memory::WriteMode::each;
    memory::BatchResult stored;
    if (!items.empty()) {
        auto written =
            call.services.memory.write_many(call.caller(), std::move(items), {.mode = mode});
        if (!written) {
            return written.error();
        }
        stored = std::move(*written);
    }
    Tally tally;
    std::size_t next = 0;
    for (std::size_t at = 0; at < request.memories.size(); ++at) {
        auto const& item = request.memories[at];
        if (!item.faults.empty()) {
            tally.fail(at, item.value, validation_error(item.faults));
        } else if (auto const& outcome = stored.items[next++]; outcome) {
            tally.succeed(at, outcome->memory);
        } else {
            tally.fail(at, item.value, in_client_words(outcome.error()));
        }
    }
    return tally;
}

RolledBackView refused_as_a_whole(Call const& call, Tally tally) {
    Error error{ErrorKind::invalid, "BATCH_ROLLED_BACK",
                "Nothing was stored, because not every memory could be"};
    error.fields = std::move(tally.faults);
    RolledBackView view;
    static_cast<BatchView&>(view) = std::move(tally.view);
    view.message = error.message;
    view.code = error.reason;
    view.details = JsonObject::trusted(details_text(error));
    view.request_id = call.head.request_id;
    return view;
}

} // namespace

Result<WriteAnswer> write(Call& call, SingleWriteRequest const& request) {
    memory::WriteOptions options;
    if (request.near_duplicates) {
        options.near.emplace().rule =
            memory::parse_near_rule(*request.near_duplicates).value_or(memory::NearRule::report);
    }
    auto const stored =
        call.services.memory.write(call.caller(), to_new_memory(call, request), options);
    if (!stored) {
        return in_client_words(stored.error());
    }
    note_index_state(call, stored->memory.index_state != memory::IndexState::ready);
    auto view = view_of(call, stored->memory);
    if (!view) {
        return view.error();
    }
    if (!request.near_duplicates) {
        return WriteAnswer{std::move(*view)};
    }
    WrittenMemory written;
    static_cast<MemoryView&>(written) = std::move(*view);
    written.duplicate = stored->duplicate;
    for (auto const& near : stored->near) {
        written.near_duplicates.push_back(
            {to_string(near.id.value), rounded(near.similarity), rounded(near.words)});
    }
    call.status = stored->duplicate ? 200 : 201;
    return WriteAnswer{std::move(written)};
}

Result<BatchAnswer> write_batch(Call& call, BatchRequest const& request) {
    bool const faulty = std::any_of(request.memories.begin(), request.memories.end(),
                                    [](auto const& item) { return !item.faults.empty(); });
    auto tally = request.transactional && faulty ? Result<Tally>{nothing_stored(request)}
                                                 : store(call, request);
    if (!tally) {
        return tally.error();
    }
    tally->count(request.memories.size(), request.transactional);
    if (request.transactional && tally->view.failed > 0) {
        call.status = 400;
        return BatchAnswer{refused_as_a_whole(call, std::move(*tally))};
    }
    call.status = tally->view.succeeded > 0 ? 201 : 200;
    note_index_state(call, tally->pending);
    return BatchAnswer{std::move(tally->view)};
}

} // namespace loci::server::memesh
