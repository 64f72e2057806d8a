#include "cli/commands.hpp"
#include "cli/connect.hpp"
#include "cli/memory_json.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <ostream>

namespace loci::cli {
namespace {

constexpr std::size_t page_size = 1000;

std::string time_text(std::optional<Timestamp> const& at, char const* absent) {
    return at ? format_rfc3339(*at, 0) : absent;
}

} // namespace

ExitCode run(CreateKeyCommand const& command, Context const& context) {
    auto& console = context.console;
    auto const client = connect(context.settings, context.environment, Absent::create);
    if (!client) {
        return fail(console, client.error());
    }
    runtime::NewKey key{.name = command.name,
                        .expires_days = command.expires_days,
                        .style = *runtime::parse_key_style(command.style)};
    if (!command.scopes.empty()) {
        key.scopes = command.scopes;
    }
    auto const issued = (*client)->create_key(key);
    if (!issued) {
        return fail(console, issued.error());
    }
    if (runtime::recognise_style(issued->secret) != key.style) {
        console.error << "loci: this server does not make keys of style " << command.style
                      << "; it made one of its own\n";
    }
    if (context.json) {
        auto object = to_json(issued->key);
        object["key"] = issued->secret;
        print_json(console, object);
        return ExitCode::success;
    }
    console.out << issued->secret << '\n';
    console.error << fmt::format("Keep it safe: it is not shown again. Revoke it with "
                                 "`loci keys revoke {}`.\n",
                                 to_string(issued->key.id));
    return ExitCode::success;
}

ExitCode run(ListKeysCommand const& command, Context const& context) {
    auto& console = context.console;
    auto const client = connect(context.settings, context.environment, Absent::refuse);
    if (!client) {
        return fail(console, client.error());
    }
    runtime::KeyPage all;
    do {
        auto page = (*client)->list_keys(
            {.include_revoked = command.all, .limit = page_size, .offset = all.items.size()});
        if (!page) {
            return fail(console, page.error());
        }
        all.total = page->items.empty() ? all.items.size() : page->total;
        all.items.insert(all.items.end(), page->items.begin(), page->items.end());
    } while (all.items.size() < all.total);
    if (context.json) {
        boost::json::array items;
        for (auto const& key : all.items) {
            items.push_back(to_json(key));
        }
        print_json(console, {{"items", std::move(items)}, {"total", all.total}});
        return ExitCode::success;
    }
    constexpr auto row = "{:<31} {:<24} {:<21} {:<21} {:<21} {}\n";
    console.out << fmt::format(row, "ID", "KEY", "CREATED", "LAST USED", "ENDS", "NAME");
    for (auto const& key : all.items) {
        auto const ends = key.revoked_at ? "revoked" : time_text(key.expires_at, "never");
        console.out << fmt::format(row, to_string(key.id), key.masked,
                                   time_text(key.created_at, ""),
                                   time_text(key.last_used_at, "never"), ends, printable(key.name));
    }
    return ExitCode::success;
}

ExitCode run(RevokeKeyCommand const& command, Context const& context) {
    auto& console = context.console;
    auto const id = runtime::parse_key_id(command.id);
    if (!id) {
        return fail(console, invalid_field("ID", "format",
                                           "this is not the id of a key: `loci keys list` shows "
                                           "them, each begins with key_"));
    }
    auto const client = connect(context.settings, context.environment, Absent::refuse);
    if (!client) {
        return fail(console, client.error());
    }
    auto const revoked = (*client)->revoke_key(*id);
    if (!revoked) {
        return fail(console, revoked.error());
    }
    if (context.json) {
        print_json(console, {{"id", to_string(*id)},
                             {"revoked", true},
                             {"revokedAt", time_text(revoked->revoked_at, "")}});
    } else {
        console.out << "Revoked " << to_string(*id) << '\n';
    }
    return ExitCode::success;
}

} // namespace loci::cli
