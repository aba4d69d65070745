//! Keys in a token.

use crate::{
    cli,
    error::CliError,
    output::{Line, Output, line},
    session::open_token,
};
use greatseal_protocol::bytes::to_hex;
use greatseal_signing::KeyInfo;
use serde_json::{Value, json};

/// `greatseal key …`
///
/// # Errors
///
/// [`CliError::Signing`].
pub async fn run(command: cli::Key, output: Output) -> Result<(), CliError> {
    let (token, keys) = match &command {
        cli::Key::Generate { token, label } => {
            let token = open_token(token).await?;
            let key = token.generate(label).await?;
            (token, vec![key])
        }
        cli::Key::List { token } => {
            let token = open_token(token).await?;
            let keys = token.keys().await?;
            (token, keys)
        }
    };
    token.close().await?;
    let lines: Vec<Line> = keys.iter().flat_map(lines).collect();
    output.answer(&lines, &json!({ "keys": keys.iter().map(value).collect::<Vec<_>>() }));
    Ok(())
}

fn lines(info: &KeyInfo) -> Vec<Line> {
    let mut lines = vec![
        line("label", &info.label),
        line("key", info.key.map_or_else(|| "none".to_owned(), |key| key.to_string())),
        line("id", to_hex(&info.id)),
        line("never left the token", info.custody.never_extractable && info.custody.local),
    ];
    lines.extend(info.defect.iter().map(|defect| line("not usable", defect)));
    lines
}

fn value(info: &KeyInfo) -> Value {
    json!({
        "label": info.label,
        "key": info.key.map(|key| key.to_string()),
        "id": to_hex(&info.id),
        "never_extractable": info.custody.never_extractable,
        "local": info.custody.local,
        "sensitive": info.custody.sensitive,
        "defect": info.defect,
    })
}
