import { plural } from '../../format/plural';

/** What rules did in a conversation; by the words of `GET /v1/cases/{id}/firings`. */
export const firings = {
  firings: {
    fired: (name: string) => `La regla «${name}» se activó`,
    line: (rule: string, what: string) => `${rule}: ${what}`,
    nothing: 'no se hizo nada',
    open: 'Abrir la regla',
    heldBack: (n: number) => plural(n, { one: '# retenida', other: '# retenidas' }),
    outcome: { held: 'Retenido', skipped: 'No hecho' } as Record<string, string>,
    because: {
      new_case: 'Empezó una conversación',
      message: 'Llegó un mensaje',
      change: 'Algo cambió',
      half_hour: 'La media hora',
      delay: 'Terminó su espera'
    } as Record<string, string>,
    did: {
      send_message: 'envió un mensaje',
      ask_for_code: 'pidió un código',
      end_chat: 'terminó el chat',
      set_status: 'cambió el estado',
      set_priority: 'cambió la prioridad',
      assign_agent: 'la asignó a alguien',
      assign_group: 'la pasó a un grupo',
      assign_round_robin: 'la asignó por turnos',
      unassign: 'retiró la asignación',
      add_labels: 'añadió etiquetas',
      remove_labels: 'quitó etiquetas',
      set_attribute: 'fijó un atributo',
      note: 'escribió una nota',
      notify: 'avisó a compañeros',
      email_customer: 'escribió un correo',
      webhook: 'llamó a otro servidor',
      stop: 'detuvo las demás reglas'
    } as Record<string, string>,
    action: {
      send_message: 'Enviar un mensaje',
      ask_for_code: 'Pedir un código',
      end_chat: 'Terminar el chat',
      set_status: 'Cambiar el estado',
      set_priority: 'Cambiar la prioridad',
      assign_agent: 'Asignarla a alguien',
      assign_group: 'Pasarla a un grupo',
      assign_round_robin: 'Asignarla por turnos',
      unassign: 'Retirar la asignación',
      add_labels: 'Añadir etiquetas',
      remove_labels: 'Quitar etiquetas',
      set_attribute: 'Fijar un atributo',
      note: 'Escribir una nota',
      notify: 'Avisar a compañeros',
      email_customer: 'Escribir un correo',
      webhook: 'Llamar a otro servidor',
      stop: 'Detener las demás reglas'
    } as Record<string, string>,
    reason: {
      same_rule: 'La regla había respondido en esta conversación hacía menos de un minuto.',
      too_many: 'Habían salido tres respuestas automáticas en diez minutos.',
      too_many_today: 'Habían salido diez respuestas automáticas en un día.',
      same_text: 'El mismo texto se había dicho dos veces en una hora.',
      too_fast: 'La otra parte responde más deprisa de lo que lee una persona: probablemente es una máquina.',
      unproved: 'Nadie responde por el remitente, y a la dirección ya se enviaron tres respuestas automáticas en un día.',
      workspace: 'El espacio de trabajo enviaba más respuestas automáticas de las permitidas.',
      no_text: 'No quedó texto que decir.',
      limits_unreadable: 'No se pudieron leer los límites.',
      nobody_in_the_group: 'No hay nadie activo en el grupo.',
      too_many_labels: 'La conversación ya tiene todas las etiquetas posibles.',
      attribute_deleted: 'El atributo se eliminó.',
      nobody_to_tell: 'Nadie a quien avisar está activo.',
      no_email_channel: 'No hay ningún buzón conectado.',
      no_email_address: 'No se ha demostrado ninguna dirección del cliente.',
      no_address: 'No quedó dirección a la que llamar.',
      address_too_long: 'La dirección resultó demasiado larga.',
      body_too_long: 'El contenido resultó demasiado largo.'
    } as Record<string, string>
  }
};
