#include "cli/commands.hpp"
#include "cli/connect.hpp"
#include "cli/memory_json.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <istream>
#include <iterator>
#include <loci/base/utf8.hpp>
#include <ostream>

namespace loci::cli {
namespace {

std::string read_text(RememberCommand const& command, std::istream& in) {
    if (command.words == std::vector<std::string>{"-"}) {
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    return fmt::format("{}", fmt::join(command.words, " "));
}

Result<memory::NewMemory> item_of(RememberCommand const& command, std::istream& in) {
    auto const text = read_text(command, in);
    if (!is_utf8(text)) {
        return invalid_field("TEXT", "utf8", "the text is not UTF-8");
    }
    memory::NewMemory item{.content = std::string{trim(text)}};
    if (item.content.empty()) {
        return invalid_field("TEXT", "required", "there is no text to remember");
    }
    item.scope.space = command.space;
    item.scope.session = command.session;
    item.tags = command.tags;
    item.sequence = command.sequence;
    item.speaker = command.speaker;
    item.type = command.type;
    item.source = command.source;
    item.summary = command.summary;
    item.importance = command.importance;
    item.confidence = command.confidence;
    item.sensitivity = *memory::parse_sensitivity(command.sensitivity);
    if (command.occurred_at) {
        item.valid_from = parse_rfc3339(*command.occurred_at);
        if (!item.valid_from) {
            return invalid_field("--occurred-at", "format",
                                 "--occurred-at wants an instant such as 2026-03-20T09:00:00Z");
        }
    }
    if (command.metadata) {
        auto const metadata = JsonObject::parse(*command.metadata);
        if (!metadata) {
            return invalid_field("--metadata", "type", "--metadata wants a JSON object");
        }
        item.metadata = *metadata;
    }
    return item;
}

void print(memory::Stored const& stored, std::ostream& out) {
    out << (stored.duplicate ? "Known already as " : "Remembered as ")
        << to_string(stored.memory.id.value) << '\n';
    for (auto const& near : stored.near) {
        if (near.id != stored.memory.id) {
            out << fmt::format("{} says the same (similarity {:.2f}, words {:.2f})\n",
                               to_string(near.id.value), near.similarity, near.words);
        }
    }
}

} // namespace

ExitCode run(RememberCommand const& command, Context const& context) {
    auto item = item_of(command, context.console.in);
    if (!item) {
        return fail(context.console, item.error());
    }
    auto const client = connect(context.settings, context.environment, Absent::create);
    if (!client) {
        return fail(context.console, client.error());
    }
    auto const near_rule =
        command.near_duplicates ? memory::parse_near_rule(*command.near_duplicates) : std::nullopt;
    auto const stored = (*client)->remember(std::move(*item), near_rule);
    if (!stored) {
        return fail(context.console, stored.error());
    }
    if (context.json) {
        print_json(context.console, to_json(*stored, near_rule.has_value()));
    } else {
        print(*stored, context.console.out);
    }
    return ExitCode::success;
}

} // namespace loci::cli
