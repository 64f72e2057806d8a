#pragma once
#include "cli/client.hpp"

#include <boost/json/fwd.hpp>
#include <loci/base/transport.hpp>
#include <optional>
#include <string>

namespace loci::cli {

/// Where a server is and how to be let in.
struct RemoteAddress {
    std::string url; ///< without a path
    std::string key;
    std::string certificate_authority{}; ///< PEM file; empty: the system's certificates
};

/// A server, spoken to over its MeMesh API.
class RemoteClient final : public Client {
public:
    RemoteClient(Transport& transport, RemoteAddress address);

    Result<memory::Stored> remember(memory::NewMemory item,
                                    std::optional<memory::NearRule> near_duplicates) override;
    Result<memory::Recall> recall(memory::RecallQuery query) override;
    Result<ImportResults> import_items(std::vector<memory::NewMemory> items) override;
    Result<store::Done> export_items(std::vector<std::string> const& spaces,
                                     ExportSink const& sink) override;
    Result<runtime::IssuedKey> create_key(runtime::NewKey const& key) override;
    Result<runtime::KeyPage> list_keys(runtime::KeyQuery const& query) override;
    Result<runtime::Key> revoke_key(runtime::KeyId id) override;

    bool keeps_ids() const override { return false; }

private:
    OutboundRequest request(std::string method, std::string const& path) const;
    Result<OutboundAnswer> send(OutboundRequest const& request);
    Result<boost::json::value> call(std::string method, std::string const& path,
                                    boost::json::value const* body = nullptr);
    Transport& transport_;
    RemoteAddress address_;
};

/// The error that an answer with such a status tells of.
Error error_of_answer(int status, std::string_view body);

/// Percent-encodes everything but unreserved characters.
std::string encode_component(std::string_view text);

} // namespace loci::cli
