@testable import Clouds
import FleetModel
import Foundation
import Planner
import Ports
import Testing

/// The parsers of the services above EC2, for tests that feed them anything.
enum AppsParsers {
  static let parsers: [(name: String, parse: @Sendable ([UInt8]) -> Void)] = [
    json("ListEndpoints", ListEndpointsReply.self), json("DescribeEndpoint", EndpointReply.self),
    json("DescribeEndpointConfig", EndpointConfigReply.self),
    json("DescribeModel", ModelReply.self),
    json("ListTags", TagsReply.self), json("ListInferenceComponents", ListComponentsReply.self),
    json("DescribeInferenceComponent", ComponentReply.self), json("Updated", ChangedReply.self),
    json("DescribeScalableTargets", ScalableTargetsReply.self),
    json("DescribeScalingPolicies", ScalingPoliciesReply.self),
    (
      "GetMetricData",
      { bytes in
        let reply = AWSDocument.decode(
          MetricDataReply.self, from: bytes, AWSService.cloudWatch.wire)
        for series in reply?.results ?? [] {
          _ = MetricData.newest(of: series)
          _ = MetricData.query(series.id, of: [])
        }
      }
    ),
    (
      "GetProducts",
      { bytes in
        let reply = AWSDocument.decode(ProductsReply.self, from: bytes, AWSService.pricing.wire)
        for item in reply?.items ?? [] { _ = AWSListPrices.rate(in: item) }
        _ = AWSListPrices.rate(in: String(decoding: bytes, as: UTF8.self))
      }
    ),
    (
      "DescribeSpotPriceHistory",
      { bytes in
        let reply = AWSDocument.xml(SpotHistoryReply.self, from: bytes)
        for entry in reply?.spotPriceHistorySet.items ?? [] { _ = SpotZonePrice(entry) }
      }
    ),
    (
      "GetCostAndUsage",
      { bytes in
        let wire = AWSService.costExplorer.wire
        guard let reply = AWSDocument.decode(CostAndUsageReply.self, from: bytes, wire) else {
          return
        }
        _ = AWSBill.rows(in: reply)
      }
    ),
  ]

  private static func json<Value: Decodable & SendableMetatype>(
    _ name: String, _ type: Value.Type
  ) -> (name: String, parse: @Sendable ([UInt8]) -> Void) {
    (name, { _ = AWSDocument.decode(Value.self, from: $0, AWSService.sageMaker.wire) })
  }
}

@Suite(.timeLimit(.minutes(2))) struct AppsParserTests {
  @Test func `Every answer cut anywhere is survived by every parser`() async throws {
    let bodies = try await AppsRecording.make().map(\.reply.body)
    for body in bodies {
      for cut in stride(from: 0, through: body.count, by: max(1, body.count / 12)) {
        for parser in AppsParsers.parsers { parser.parse(Array(body[..<cut])) }
      }
    }
    #expect(bodies.count > 20)
  }

  @Test(arguments: [
    ("1.0060000000", 1_006_000_000), ("0", 0), ("12.3456789014", 12_345_678_901),
    ("12.3456789015", 12_345_678_902), ("-0.0000000005", -1), ("0.00000000049", 0), ("3E-9", 3),
    ("1.5e1", 15_000_000_000), ("9.2E9", 9_200_000_000_000_000_000), ("4E-10", 0), ("5E-10", 1),
    ("5E-40", 0),
  ])
  func `An amount is read in integers, half a nano-dollar away from zero`(
    text: String, nanos: Int64
  ) throws {
    #expect(try billed(text)?.nanos == nanos)
  }

  @Test(arguments: [
    "", "-", ".", "1.", ".5", "1.2.3", "--1", "1-", "1e", "1e41", "e5", "NaN", "Inf", "1,5", "$1",
    "9.3E9", "1E10", "0x1", "1e5e5", "١",
  ])
  func `What is no amount is none`(text: String) throws { #expect(try billed(text) == nil) }

  /// The amount of a bill of one line that says this.
  private func billed(_ amount: String) throws -> Money? {
    let reply = """
      {"ResultsByTime":[{"TimePeriod":{"Start":"2026-11-20","End":"2026-11-21"},"Estimated":false,\
      "Groups":[{"Keys":["finops-pool$p","EC2"],\
      "Metrics":{"UnblendedCost":{"Amount":"\(amount)","Unit":"USD"}}}]}]}
      """
    let wire = AWSService.costExplorer.wire
    let read = try #require(
      AWSDocument.decode(CostAndUsageReply.self, from: Array(reply.utf8), wire))
    guard case .success(let rows) = AWSBill.rows(in: read) else { return nil }
    return try #require(rows.first).billed
  }
}

@Suite struct SageMakerSentenceTests {
  @Test(arguments: [
    ("Could not find endpoint \"arn\".", "ValidationException", ActFailure.Kind.notFound),
    ("Could not find inference component \"arn\".", "ValidationException", .notFound),
    ("Cannot update in-progress endpoint \"arn\".", "ValidationException", .throttled),
    (
      "Cannot update … while it is in state UPDATE_RC_IN_PROGRESS", "ValidationException",
      .throttled
    ),
    ("1 validation error detected", "ValidationException", nil),
    ("Could not find endpoint", "ResourceLimitExceeded", nil),
  ])
  func `What a validation error is stands in its sentence`(
    message: String, code: String, kind: ActFailure.Kind?
  ) {
    #expect(SageMakerActuator.kind(ofCode: code, message) == kind)
  }
}
