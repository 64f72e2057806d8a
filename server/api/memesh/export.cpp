#include "api/memesh/export.hpp"

#include "api/json_text.hpp"
#include "api/memesh/dialect.hpp"
#include "api/memesh/handlers.hpp"
#include "api/memesh/shaping.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <limits>
#include <loci/memory/exchange.hpp>
#include <openssl/evp.h>

namespace loci::server::memesh {
namespace {

constexpr std::size_t page_size = 500;
constexpr std::size_t piece_bytes = 64 * 1024;
constexpr auto at_end = std::numeric_limits<std::int64_t>::max();

class Sha256 {
public:
    Sha256()
        : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
        EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
    }

    void add(std::string_view bytes) {
        EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
    }

    std::string hexadecimal() {
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned size = 0;
        EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
        std::string text;
        for (unsigned at = 0; at < size; ++at) {
            text += fmt::format("{:02x}", digest[at]);
        }
        return text;
    }

private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

class ExportEvents final : public BodyStream {
public:
    ExportEvents(memory::Memory& memory, runtime::Identity& identity, ExportPlan plan)
        : memory_(memory)
        , identity_(identity)
        , plan_(std::move(plan))
        , after_(plan_.from.after) {}

    Result<std::optional<std::string>> next() override {
        if (phase_ == Phase::begin) {
            phase_ = Phase::memories;
            return std::optional{first_event()};
        }
        if (phase_ == Phase::memories) {
            return std::optional{next_memories()};
        }
        return std::optional<std::string>{};
    }

private:
    enum class Phase { begin, memories, end };

    std::string first_event() const {
        std::string spaces = "[";
        for (auto const& space : plan_.named_spaces) {
            spaces += spaces.back() == '[' ? "" : ",";
            json_text::append(spaces, std::string_view{space});
        }
        spaces += ']';
        return fmt::format("retry: 3000\n\nevent: meta\nid: {}:{}\n"
                           "data: {{\"snapshot\":{},\"total\":{},\"spaces\":{},\"version\":1}}\n\n",
                           plan_.from.snapshot,
                           plan_.from.after == at_end ? "end" : std::to_string(plan_.from.after),
                           plan_.from.snapshot, plan_.total, spaces);
    }

    std::string next_memories() {
        std::string piece;
        while (piece.size() < piece_bytes) {
            if (position_ == page_.size()) {
                if (auto const failed = read_page()) {
                    phase_ = Phase::end;
                    return piece + error_event(*failed);
                }
                if (page_.empty()) {
                    phase_ = Phase::end;
                    return piece + last_event();
                }
            }
            append_memory(piece, page_[position_++]);
        }
        return piece;
    }

    std::optional<Error> read_page() {
        position_ = 0;
        auto page =
            memory_.export_page(plan_.caller, plan_.spaces, plan_.from.snapshot, after_, page_size);
        if (!page) {
            return page.error();
        }
        page_ = std::move(*page);
        std::vector<runtime::AgentCoordinate> agents;
        for (auto const& record : page_) {
            agents.push_back({record.user, record.scope.agent.value_or("")});
        }
        if (agents.empty()) {
            return std::nullopt;
        }
        auto ids = identity_.agent_ids(plan_.caller, agents);
        if (!ids) {
            return ids.error();
        }
        agents_ = std::move(*ids);
        return std::nullopt;
    }

    void append_memory(std::string& piece, memory::Record const& record) {
        auto const data = plan_.as_exchange_lines ? memory::exchange_line(record)
                                                  : view_of(record, agents_[position_ - 1]);
        piece += fmt::format("event: memory\nid: {}:{}\ndata: {}\n\n", plan_.from.snapshot,
                             record.revision_key, data);
        digest_.add(data);
        after_ = record.revision_key;
        ++count_;
    }

    static std::string view_of(memory::Record const& record,
                               std::optional<runtime::AgentId> const& agent) {
        MemoryView view;
        fill(view, record, agent ? std::optional{to_string(*agent)} : std::nullopt);
        return to_json(view);
    }

    std::string last_event() {
        return fmt::format("event: done\nid: {0}:end\n"
                           "data: {{\"count\":{1},\"snapshot\":{0},\"sha256\":\"{2}\"}}\n\n",
                           plan_.from.snapshot, count_, digest_.hexadecimal());
    }

    static std::string error_event(Error const& error) {
        std::string data = "{\"code\":";
        json_text::append(data, std::string_view{error.reason});
        data += ",\"message\":";
        json_text::append(data, std::string_view{error.message});
        return fmt::format("event: error\ndata: {}}}\n\n", data);
    }

    memory::Memory& memory_;
    runtime::Identity& identity_;
    ExportPlan const plan_;
    Phase phase_ = Phase::begin;
    std::vector<memory::Record> page_;
    std::vector<std::optional<runtime::AgentId>> agents_;
    std::size_t position_ = 0;
    std::int64_t after_;
    std::int64_t count_ = 0;
    Sha256 digest_;
};

std::optional<std::int64_t> parse_number(std::string_view text) noexcept {
    std::int64_t number = 0;
    auto const end = text.data() + text.size();
    auto const read = std::from_chars(text.data(), end, number);
    bool const plain = !text.empty() && text.front() != '-' && read.ec == std::errc{};
    return plain && read.ptr == end ? std::optional{number} : std::nullopt;
}

Error bad_position() {
    return validation_error({{"after", "pattern", std::string{"<snapshot>:<number or end>"}}});
}

std::optional<std::string> last_event_id(Call const& call, ExportRequest const& request) {
    auto const* header = call.head.header("last-event-id");
    return header != nullptr ? std::optional{*header} : request.after;
}

Result<std::vector<std::string>> shown_spaces(Call const& call, ExportRequest const& request) {
    if (!request.spaces.empty()) {
        return request.spaces;
    }
    auto const summaries = call.services.memory.spaces(call.caller());
    if (!summaries) {
        return summaries.error();
    }
    std::vector<std::string> names;
    for (auto const& summary : *summaries) {
        names.push_back(summary.space);
    }
    return names;
}

} // namespace

std::optional<ExportPosition> parse_export_position(std::string_view id) noexcept {
    auto const colon = id.find(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    auto const snapshot = parse_number(id.substr(0, colon));
    auto const rest = id.substr(colon + 1);
    auto const after = rest == "end" ? std::optional{at_end} : parse_number(rest);
    if (!snapshot || !after) {
        return std::nullopt;
    }
    return ExportPosition{*snapshot, *after};
}

std::unique_ptr<BodyStream> export_events(memory::Memory& memory, runtime::Identity& identity,
                                          ExportPlan plan) {
    return std::make_unique<ExportEvents>(memory, identity, std::move(plan));
}

Result<Response> export_stream(Call& call, ExportRequest const& request) {
    std::optional<ExportPosition> resumed;
    if (auto const id = last_event_id(call, request)) {
        resumed = parse_export_position(*id);
        if (!resumed) {
            return bad_position();
        }
    }
    auto const begun = call.services.memory.begin_export(
        call.caller(), request.spaces, resumed ? std::optional{resumed->snapshot} : std::nullopt);
    if (!begun) {
        return begun.error();
    }
    ExportPosition const from = resumed.value_or(ExportPosition{.snapshot = begun->snapshot});
    if (from.snapshot != begun->snapshot) {
        return bad_position();
    }
    auto names = shown_spaces(call, request);
    if (!names) {
        return names.error();
    }
    Response response{.status = call.status, .content_type = "text/event-stream"};
    response.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
    response.stream = export_events(call.services.memory, call.services.identity,
                                    {.caller = call.caller(),
                                     .spaces = request.spaces,
                                     .named_spaces = std::move(*names),
                                     .from = from,
                                     .total = begun->total,
                                     .as_exchange_lines = request.format == "exchange"});
    return response;
}

} // namespace loci::server::memesh
