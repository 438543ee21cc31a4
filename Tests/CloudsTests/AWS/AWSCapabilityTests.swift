import Clouds
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// What the account says it needs against what it can send.
@Suite struct AWSCapabilityTests {
  /// Every call the sources write down; a service's calls stand in its own folder.
  static func written() throws -> Set<String> {
    let services = [
      ("EC2", "ec2"), ("AutoScaling", "autoscaling"), ("STS", "sts"), ("SageMaker", "sagemaker"),
      ("ApplicationAutoScaling", "application-autoscaling"), ("CloudWatch", "cloudwatch"),
      ("Pricing", "pricing"), ("CostExplorer", "ce"),
    ]
    var calls: Set<String> = []
    for (folder, service) in services {
      let url = SharedFiles.packageRoot.appending(path: "Sources/Clouds/AWS/\(folder)")
      for file in try FileManager.default.contentsOfDirectory(
        at: url, includingPropertiesForKeys: nil)
      {
        let text = try String(contentsOf: file, encoding: .utf8)
        for match in text.matches(of: /AWSCall\(\s*"(\w+)"/) {
          // The one call of EC2's that stands among the prices.
          let owner = match.1 == "DescribeSpotPriceHistory" ? "ec2" : service
          calls.insert("\(owner):\(match.1)")
        }
      }
    }
    return calls
  }

  @Test func `The permissions are those of the calls the code can make, and no others`() throws {
    #expect(Set(CloudCapabilities.aws.permissions.flatMap(\.calls)) == (try Self.written()))
  }

  @Test func `Looking needs no permission to act`() {
    let looks = CloudCapabilities.aws.permissions(forActing: false).map(\.name)
    let all = CloudCapabilities.aws.permissions(forActing: true).map(\.name)
    #expect(looks.allSatisfy { $0.contains(/:(Describe|List|Get|AssumeRole)/) })
    #expect(all.filter { !looks.contains($0) }.allSatisfy { !$0.contains(/:(Describe|List|Get)/) })
    #expect(looks.count == 22 && all.count == 33)
  }

  private struct Policy: Decodable {
    var statements: [Statement]
    enum CodingKeys: String, CodingKey { case statements = "Statement" }

    struct Statement: Decodable {
      var sid: String
      var effect: String
      var actions: [String]
      var resources: [String]
      var condition: [String: [String: Text]]?

      enum CodingKeys: String, CodingKey {
        case sid = "Sid"
        case effect = "Effect"
        case actions = "Action"
        case resources = "Resource"
        case condition = "Condition"
      }
    }

    /// One text or several.
    struct Text: Decodable {
      var values: [String]
      init(from decoder: any Decoder) throws {
        let box = try decoder.singleValueContainer()
        values = try (try? box.decode([String].self)) ?? [box.decode(String.self)]
      }
    }
  }

  private func policy(acting: Bool) throws -> Policy {
    let aws = CloudCapabilities.aws
    let text = aws.policy(aws.permissions(forActing: acting))
    return try JSONDecoder().decode(Policy.self, from: Data(text.utf8))
  }

  @Test func `The policy to observe allows looking and nothing else`() throws {
    let policy = try policy(acting: false)
    #expect(policy.statements.map(\.sid) == ["FinopsLook"])
    #expect(policy.statements[0].actions.allSatisfy { $0.contains(/:(Describe|List|Get)/) })
    #expect(policy.statements[0].effect == "Allow")
  }

  @Test func `The policy to act binds every act to the fleet's tag`() throws {
    let statements = try policy(acting: true).statements
    for statement in statements where !["FinopsLook", "FinopsLaunchParts"].contains(statement.sid) {
      let keys = (statement.condition ?? [:]).values.flatMap(\.keys)
      let bound = [
        "aws:ResourceTag/finops-fleet", "aws:RequestTag/finops-fleet", "ec2:CreateAction",
      ]
      #expect(keys.count == 1 && bound.contains(keys[0]), "\(statement.sid)")
      #expect(!statement.resources.contains("*"), "\(statement.sid)")
    }
    let parts = try #require(statements.first { $0.sid == "FinopsLaunchParts" })
    #expect(!parts.resources.contains { $0.hasSuffix(":instance/*") || $0 == "*" })
    let elsewhere: Set = [
      "sts:GetCallerIdentity", "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity",
    ]
    let names = Set(CloudCapabilities.aws.permissions.map(\.name)).subtracting(elsewhere)
    #expect(Set(statements.flatMap(\.actions)) == names)
  }
}
