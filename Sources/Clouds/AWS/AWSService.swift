import FleetModel
import Ports

/// One of AWS's services: its names, and how it is spoken to.
struct AWSService: Sendable, Hashable {
  /// As IAM's permissions name it, "ec2"; begins the name of each operation.
  let name: String
  /// As a signature's scope names it; CloudWatch is "monitoring" there and "cloudwatch" in IAM.
  let signingName: String
  /// The start of its host name, "api.sagemaker".
  let host: String
  let wire: Wire

  /// Always a POST to "/" (DECISIONS 9).
  enum Wire: Sendable, Hashable {
    /// A form with Action and Version; answers are XML.
    case query(version: String)
    /// JSON, the operation in the header X-Amz-Target; `version` is "1.0" or "1.1".
    case json(version: String, target: String)
  }

  init(_ name: String, host: String? = nil, signingName: String? = nil, _ wire: Wire) {
    self.name = name
    self.host = host ?? name
    self.signingName = signingName ?? name
    self.wire = wire
  }

  static let ec2 = AWSService("ec2", .query(version: "2016-11-15"))
  static let autoScaling = AWSService("autoscaling", .query(version: "2011-01-01"))
  static let sts = AWSService("sts", .query(version: "2011-06-15"))

  /// Where it is in `region`; an endpoint of one's own serves all services.
  func url(in region: Region, endpoint: String?) -> String {
    let suffix = region.rawValue.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
    let url = endpoint ?? "https://\(host).\(region).\(suffix)"
    return url.hasSuffix("/") ? url : url + "/"
  }
}
