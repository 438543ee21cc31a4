import FleetModel
import Foundation

extension FakeARM {
  // MARK: SKUs

  func listSkus(_ request: Request, path: String) throws(Refusal) -> Reply {
    let filter = request.query["$filter"] ?? ""
    let form = #/location eq '([^']*)'/#
    var location: String?
    if !filter.isEmpty {
      guard let match = filter.wholeMatch(of: form) else {
        throw Refusal("BadRequest", "Only a filter by location is supported.")
      }
      location = String(match.1).lowercased()
    }
    let items = FakeAzure.types.sorted { $0.key < $1.key }.map { type, gpus -> ARMValue in
      var capabilities: [ARMValue] = [["name": "vCPUs", "value": "24"]]
      if gpus > 0 { capabilities.append(["name": "GPUs", "value": .text("\(gpus)")]) }
      let disks = FakeAzure.localDisks[type]
      capabilities.append(
        ["name": "MaxResourceVolumeMB", "value": .text("\(disks?.temporaryMB ?? 0)")])
      if let nvme = disks?.nvmeMiB {
        capabilities.append(["name": "NvmeDiskSizeInMiB", "value": .text("\(nvme)")])
      }
      return [
        "resourceType": "virtualMachines", "name": .text(type), "tier": "Standard",
        "locations": [.text(location ?? "eastus")], "capabilities": .list(capabilities),
        "restrictions": [],
      ]
    }
    return try page(items, request, path: path)
  }

  // MARK: Tokens

  mutating func issue(at now: Timestamp) -> String {
    let token = next("fake-token")
    tokens[token] = now.advanced(by: tokenLifetime)
    return token
  }

  /// The login; its errors have another form than the Resource Manager's.
  mutating func login(
    _ form: [String: String], tenant asked: String, at now: Timestamp
  ) -> Reply {
    guard asked == tenant else {
      return Self.loginError("invalid_request", "AADSTS90002: Tenant not found.", 400)
    }
    guard form["grant_type"] == "client_credentials" else {
      return Self.loginError("unsupported_grant_type", "AADSTS70003: Unsupported grant.", 400)
    }
    guard form["scope"]?.hasSuffix("/.default") == true else {
      return Self.loginError("invalid_scope", "AADSTS1002012: The scope is not valid.", 400)
    }
    let known = clients[form["client_id"] ?? ""]
    let isSecret = form["client_secret"].map { $0 == known } ?? false
    let isAssertion =
      form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
      && assertions.contains(form["client_assertion"] ?? "")
    guard known != nil, isSecret || isAssertion else {
      return Self.loginError(
        "invalid_client", "AADSTS7000215: Invalid client secret provided.", 401)
    }
    let seconds = Int(tokenLifetime.components.seconds)
    return Reply(
      body: [
        "token_type": "Bearer", "expires_in": .int(seconds), "ext_expires_in": .int(seconds),
        "access_token": .text(issue(at: now)),
      ])
  }

  private static func loginError(_ code: String, _ message: String, _ status: Int) -> Reply {
    Reply(
      status: status,
      body: ["error": .text(code), "error_description": .text(message), "error_codes": []])
  }

  // MARK: Metadata

  /// nil when the header is there.
  static func metadataRefusal(_ request: Request) -> Reply? {
    guard request.headers["metadata"]?.lowercased() != "true" else { return nil }
    return Reply(
      status: 400, body: ["error": "Bad request. Required metadata header not specified"])
  }

  mutating func identity(_ request: Request) -> Reply {
    if let refusal = Self.metadataRefusal(request) { return refusal }
    guard hasIdentity, let resource = request.query["resource"] else {
      return Self.loginError("invalid_request", "Identity not found", 400)
    }
    let end = request.now.advanced(by: tokenLifetime).microseconds / 1_000_000
    return Reply(
      body: [
        "access_token": .text(issue(at: request.now)), "token_type": "Bearer",
        "expires_in": .text("\(tokenLifetime.components.seconds)"), "expires_on": .text("\(end)"),
        "resource": .text(resource), "not_before": .text("0"),
      ])
  }

  func listEvents(_ request: Request) -> Reply {
    if let refusal = Self.metadataRefusal(request) { return refusal }
    let listed = events.map { event -> ARMValue in
      [
        "EventId": .text(event.id), "EventType": .text(event.type),
        "ResourceType": "VirtualMachine", "Resources": .list(event.resources.map { .text($0) }),
        "EventStatus": event.isStarted ? "Started" : "Scheduled",
        "NotBefore": .text(event.isStarted ? "" : event.notBefore),
        "Description": .text(event.description), "EventSource": "Platform",
        "DurationInSeconds": .int(-1),
      ]
    }
    return Reply(
      body: ["DocumentIncarnation": .int(incarnation), "Events": .list(listed)])
  }

  mutating func startEvents(_ request: Request) -> Reply {
    if let refusal = Self.metadataRefusal(request) { return refusal }
    let ids = (request.body["StartRequests"]?.items ?? []).compactMap { $0["EventId"]?.string }
    guard !ids.isEmpty, ids.allSatisfy({ id in events.contains { $0.id == id } }) else {
      return Reply(status: 400, body: ["error": "Bad request. No such event"])
    }
    for index in events.indices where ids.contains(events[index].id) {
      events[index].isStarted = true
    }
    incarnation += 1
    return Reply(status: 200)
  }

  // MARK: Prices

  func listPrices(_ request: Request, path: String) throws(Refusal) -> Reply {
    guard request.query["currencyCode"].map({ $0 == "USD" || $0 == "'USD'" }) ?? true else {
      throw Refusal("BadRequest", "Only USD is kept here.")
    }
    guard let filter = PriceFilter(request.query["$filter"] ?? "") else {
      throw Refusal("BadRequest", "The query specified in the URI is not valid.")
    }
    let items = prices.map(\.item).filter { filter.takes($0) }
    let start = Int(request.query["$skip"] ?? "0") ?? 0
    let here = items.dropFirst(start).prefix(pageSize)
    var next = ARMValue.null
    if start + pageSize < items.count {
      let filter = Self.escaped(request.query["$filter"] ?? "")
      next = .text("\(endpoint)\(path)?$filter=\(filter)&$skip=\(start + pageSize)")
    }
    return Reply(
      body: [
        "BillingCurrency": "USD", "CustomerEntityId": "Default", "CustomerEntityType": "Retail",
        "Items": .list(Array(here)), "NextPageLink": next, "Count": .int(here.count),
      ])
  }
}
