import FleetModel

extension FakeProject {
  /// What an operation says when the zone has none of that.
  func stockout(_ instance: FakeGCPInstance) -> GCPJSON {
    let zone = instance.zone
    let others = zones.filter {
      $0 != zone && Self.region(of: $0) == Self.region(of: zone) && sells(instance.type, in: $0)
    }.joined(separator: ",")
    let attachment = instance.accelerators.map { "\($0.kind):\($0.count)" }.joined(separator: ",")
    let text =
      "The zone 'projects/\(id)/zones/\(zone)' does not have enough resources available to fulfill "
      + "the request.  '(resource type:compute)'."
    let facts: GCPJSON = [
      "errorInfo": [
        "domain": "compute.googleapis.com", "reason": "resource_availability",
        "metadatas": [
          "attachment": .string(attachment), "vmType": .string(instance.type),
          "zone": .string(zone), "zonesAvailable": .string(others),
        ],
      ]
    ]
    return [
      "errors": [
        [
          "code": "ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS", "message": .string(text),
          "errorDetails": [facts],
        ]
      ]
    ]
  }

  static func quotaError(_ region: String) -> GCPJSON {
    let facts: GCPJSON = [
      "quotaInfo": [
        "metricName": "compute.googleapis.com/gpus", "limitName": "GPUS-PER-REGION",
        "limit": 0, "dimensions": ["region": .string(region)],
      ]
    ]
    return [
      "errors": [
        [
          "code": "QUOTA_EXCEEDED",
          "message": .string("Quota 'GPUS' exceeded.  Limit: 0.0 in region \(region)."),
          "errorDetails": [facts],
        ]
      ]
    ]
  }

  static func last(_ url: String) -> String {
    url.split(separator: "/").last.map(String.init) ?? url
  }

  static func metadata(_ body: GCPJSON) -> [String: String] {
    Dictionary(
      (body["metadata"]?["items"]?.items ?? []).compactMap { item in
        item["key"]?.text.map { ($0, item["value"]?.text ?? "") }
      }, uniquingKeysWith: { _, last in last })
  }

  /// RFC 1035, at most 63 characters.
  static func isName(_ text: String) -> Bool {
    text.wholeMatch(of: /[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?/) != nil
  }

  static func isLabel(_ key: String, _ value: String) -> Bool {
    key.wholeMatch(of: /[a-z][a-z0-9_-]{0,62}/) != nil
      && value.wholeMatch(of: /[a-z0-9_-]{0,63}/) != nil
  }
}
