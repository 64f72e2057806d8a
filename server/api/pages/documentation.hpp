#pragma once
#include <string>
#include <string_view>

namespace loci::server {

/// A page that needs neither scripts nor anything from elsewhere.
struct DocumentationPage {
    std::string html;
    std::string policy; ///< its `Content-Security-Policy`
};

/// Renders an OpenAPI document of ours for people.
DocumentationPage documentation_page(std::string_view openapi);

} // namespace loci::server
