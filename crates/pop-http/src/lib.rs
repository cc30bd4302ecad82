//! HTTP transport for the tools: retries, redirects, limits, proxies, secrets
